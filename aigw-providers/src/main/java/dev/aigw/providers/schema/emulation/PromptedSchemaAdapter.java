package dev.aigw.providers.schema.emulation;

import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.BatchSupport;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.ServedModel;
import dev.aigw.providers.kit.DividedAttempt;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks the models of another adapter for JSON by prompt, see {@link PromptedSchemas}. */
final class PromptedSchemaAdapter implements ProviderAdapter {

    private final ProviderAdapter adapter;

    PromptedSchemaAdapter(ProviderAdapter adapter) {
        this.adapter = adapter;
    }

    @Override
    public String name() {
        return adapter.name();
    }

    @Override
    public String vendor() {
        return adapter.vendor();
    }

    @Override
    public String reasoningReader(String model) {
        return adapter.reasoningReader(model);
    }

    @Override
    public WireFacts learned(String model) {
        return adapter.learned(model);
    }

    @Override
    public ServedModel served(String model) {
        return adapter.served(model);
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return adapter.supports(operation);
    }

    /** Returns the adapter's own: nothing is emulated in batches, where answers cannot be repaired. */
    @Override
    public @Nullable BatchSupport batches() {
        return adapter.batches();
    }

    @Override
    public Set<Capability> lacking() {
        return adapter.lacking();
    }

    @Override
    public Set<Capability> emulated() {
        Set<Capability> emulated = new HashSet<>(adapter.emulated());
        emulated.add(Capability.JSON_SCHEMA);
        return Set.copyOf(emulated);
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, AttemptContext attempt) {
        if (request instanceof ChatRequest chat && chat.responseFormat().type() == ResponseFormat.Type.SCHEMA) {
            if (operation.equals(ChatRequest.CHAT)) {
                return operation.replyType().cast(ask(chat, attempt));
            }
            if (operation.equals(ChatRequest.CHAT_STREAM)) {
                return operation.replyType().cast(ChatStream.replay(ask(chat, attempt)));
            }
        }
        return adapter.call(operation, request, attempt);
    }

    private ChatResponse ask(ChatRequest request, AttemptContext attempt) {
        DividedAttempt calls = new DividedAttempt(attempt);
        SchemaCheck check = SchemaCheck.of(request.responseFormat());
        ChatRequest prompted = SchemaTalk.prompted(request);
        ChatResponse first = bare(adapter.call(ChatRequest.CHAT, prompted, calls.next()), check);
        List<String> problems = problems(first, check);
        if (problems.isEmpty()) {
            return first;
        }
        attempt.warn(name() + " was asked again: its first answer did not fit the schema");
        ChatResponse second = bare(repaired(SchemaTalk.repair(prompted, first, problems), first, calls), check);
        ChatResponse both = withUsageOf(first, second);
        List<String> left = problems(both, check);
        if (left.isEmpty()) {
            return both;
        }
        throw misfit("the answer does not fit the schema, nor did the one before: ", both, check, attempt)
                .partial(both)
                .suppressed(misfit("the first answer does not fit the schema: ", first, check, attempt)
                        .build())
                .build();
    }

    private GatewayException.Builder misfit(
            String what, ChatResponse answer, SchemaCheck check, AttemptContext attempt) {
        return GatewayException.builder(
                        ErrorKind.MALFORMED_RESPONSE,
                        what + String.join("; ", check.problemsUnquoted(answer.text()))
                                + "; simplify the schema, or use a model that keeps to it")
                .subject(FailureSubject.REQUEST)
                .provider(name())
                .deployment(attempt.deployment());
    }

    /** Asks again; if that fails, the failure includes the usage of the first answer. */
    private ChatResponse repaired(ChatRequest repair, ChatResponse first, DividedAttempt calls) {
        try {
            return adapter.call(ChatRequest.CHAT, repair, calls.next());
        } catch (GatewayException e) {
            ChatResponse partial = e.partial() instanceof ChatResponse second ? withUsageOf(first, second) : first;
            throw e.toBuilder().partial(partial).build();
        }
    }

    private static ChatResponse withUsageOf(ChatResponse first, ChatResponse second) {
        return second.toBuilder().usage(first.usage().plus(second.usage())).build();
    }

    private static ChatResponse bare(ChatResponse answer, SchemaCheck check) {
        return isFinal(answer) ? SchemaTalk.bare(answer, check) : answer;
    }

    private static List<String> problems(ChatResponse answer, SchemaCheck check) {
        return isFinal(answer) ? check.problems(answer.text()) : List.of();
    }

    private static boolean isFinal(ChatResponse answer) {
        return answer.toolCalls().isEmpty()
                && answer.refusal() == null
                && switch (answer.finishReason().kind()) {
                    case STOP, UNKNOWN -> true;
                    default -> false;
                };
    }

    @Override
    public void probe(String path, AttemptContext attempt) {
        adapter.probe(path, attempt);
    }

    @Override
    public void close() {
        adapter.close();
    }

    @Override
    public String toString() {
        return "PromptedSchemaAdapter{" + adapter + "}";
    }
}
