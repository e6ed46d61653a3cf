package dev.aigw.routing.transform;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Renders the prompts that requests name, and labels their calls. Safe for use by many threads. */
final class PromptStage implements EngineStage {

    private final Prompts prompts;

    PromptStage(Prompts prompts) {
        this.prompts = prompts;
    }

    @Override
    public ModelReply apply(Hop hop) {
        Set<String> used = new LinkedHashSet<>(0);
        ModelRequest request = hop.request() instanceof BatchRequest batch
                ? batch.map(item -> rendered(hop.call(), item, used))
                : rendered(hop.call(), hop.request(), used);
        if (!used.isEmpty()) {
            hop.call().tag(prompts.tag(), String.join(",", used));
        }
        return hop.proceed(request);
    }

    private ModelRequest rendered(Call call, ModelRequest request, Set<String> used) {
        if (!request.extra().containsKey(RenderedPrompt.FIELD) || !(request instanceof ChatRequest chat)) {
            return request;
        }
        Map<String, @Nullable Object> rest = new HashMap<>(chat.extra());
        Object field = rest.remove(RenderedPrompt.FIELD);
        ChatRequest plain = chat.withExtra(rest);
        if (field instanceof Map<?, ?> map && map.get(RenderedPrompt.RENDERED) instanceof String id) {
            if (!prompts.isKnown(id)) {
                throw Prompts.invalid(
                        "the request was made of the prompt " + id + ", which the router does not have:"
                                + " render it by the prompts that the router was built with",
                        null);
            }
            used.add(id);
            return plain;
        }
        RenderedPrompt prompt = prompts.render(
                prompts.ref(ref(field)),
                variables(field),
                call.options(),
                call.environment().random());
        used.add(prompt.id());
        List<Message> messages = new ArrayList<>(prompt.messages());
        messages.addAll(plain.messages());
        return plain.toBuilder().messages(messages).build();
    }

    private static String ref(@Nullable Object field) {
        if (field instanceof Map<?, ?> map && map.get("ref") instanceof String ref) {
            return ref;
        }
        throw Prompts.invalid(
                "the field " + RenderedPrompt.FIELD + " names no prompt: use {\"ref\": \"name\", \"variables\": {…}}",
                null);
    }

    private static Map<String, @Nullable Object> variables(@Nullable Object field) {
        Map<String, @Nullable Object> variables = new HashMap<>();
        if (field instanceof Map<?, ?> map && map.get("variables") instanceof Map<?, ?> given) {
            given.forEach((name, value) -> variables.put(String.valueOf(name), value));
        }
        return variables;
    }
}
