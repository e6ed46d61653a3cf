package dev.aigw.routing.transform;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.CallContext;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.Hop;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A rule that is made. Safe for use by many threads, if its functions are. */
final class Rule {

    private final String name;
    private final Set<String> models;
    private final Set<String> tiers;
    private final Set<String> tenants;
    private final Set<String> operations;
    private final Map<String, String> tags;
    private final List<Predicate<? super CallContext>> conditions;
    private final List<RequestEdit> edits;
    private final List<UnaryOperator<ModelReply>> replies;
    private final @Nullable ContextTrim trim;
    private final @Nullable TextMapping text;
    private final String id;

    /** @param what a description of all that it does, with its constants */
    Rule(TransformRule rule, String what) {
        this.name = rule.name;
        this.models = Set.copyOf(rule.models);
        this.tiers = Set.copyOf(rule.tiers);
        this.tenants = Set.copyOf(rule.tenants);
        this.operations = Set.copyOf(rule.operations);
        this.tags = Map.copyOf(rule.tags);
        this.conditions = List.copyOf(rule.conditions);
        this.edits = List.copyOf(rule.edits);
        this.replies = List.copyOf(rule.replies);
        this.trim = rule.trim;
        this.text = rule.text;
        this.id = name + " " + Digests.sha256(what).substring(0, 16);
    }

    /** Returns the name, and a hash of what the rule does, which is the same in every process. */
    String id() {
        return id;
    }

    /** Returns whether the rule is for models, and so runs for each that is tried. */
    boolean isForModels() {
        return !models.isEmpty();
    }

    boolean concerns(Call call) {
        if (!models.isEmpty() && !matches(call.model())) {
            return false;
        }
        if (!operations.isEmpty() && !operations.contains(call.operation().name())) {
            return false;
        }
        String tier = call.options().caller().tier();
        String tenant = call.options().caller().tenant();
        return (tiers.isEmpty() || (tier != null && tiers.contains(tier)))
                && (tenants.isEmpty() || (tenant != null && tenants.contains(tenant)))
                && call.options().tags().entrySet().containsAll(tags.entrySet())
                && conditions.stream().allMatch(condition -> condition.test(call));
    }

    private boolean matches(String model) {
        int at = model.indexOf('/') >= 0 ? -1 : model.indexOf('@');
        String unversioned = at > 0 ? model.substring(0, at) : model;
        for (String pattern : models) {
            boolean all = pattern.endsWith("*");
            if (all
                    ? model.startsWith(pattern.substring(0, pattern.length() - 1))
                    : isNamed(model, unversioned, pattern)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNamed(String model, String unversioned, String pattern) {
        return model.equals(pattern) || unversioned.equals(pattern);
    }

    /** Returns the request as the rule's steps change it, and warns of what they changed. */
    ModelRequest changed(Call call, ModelRequest request) {
        Set<String> edited = new LinkedHashSet<>(0);
        ModelRequest changed = request instanceof BatchRequest batch
                ? batch.map(item -> changed(item, edited))
                : changed(request, edited);
        warn(call, edited);
        return changed;
    }

    private ModelRequest changed(ModelRequest request, Set<String> edited) {
        ModelRequest changed = request;
        try {
            for (RequestEdit edit : edits) {
                changed = edit.apply(changed, edited);
            }
        } catch (GatewayException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failed(ErrorKind.INVALID_REQUEST, "its change of the request", e);
        }
        return changed;
    }

    /** Returns whether the rule makes conversations fit. */
    boolean trims() {
        return trim != null;
    }

    /** Returns the request with conversations that fit, and warns of what was left out. */
    ModelRequest trimmed(Hop hop, ModelRequest request, Trimming trimming) {
        ContextTrim to = trim;
        if (to == null) {
            return request;
        }
        Set<String> edited = new LinkedHashSet<>(0);
        ModelRequest trimmed = request instanceof BatchRequest batch
                ? batch.map(item ->
                        item instanceof ChatRequest chat ? trimming.trimmed(hop, chat, to, edited, false) : item)
                : request instanceof ChatRequest chat ? trimming.trimmed(hop, chat, to, edited, true) : request;
        warn(hop.call(), edited);
        return trimmed;
    }

    private void warn(Call call, Set<String> edited) {
        if (!edited.isEmpty()) {
            call.warn("rule \"" + name + "\": " + String.join(", ", edited));
        }
    }

    /** Returns the reply as the rule changes it. */
    ModelReply changed(ModelReply reply) {
        ModelReply changed = reply;
        try {
            for (UnaryOperator<ModelReply> each : replies) {
                changed = each.apply(changed);
            }
            if (text != null && changed instanceof ChatResponse response) {
                changed = text.mapped(response);
            }
        } catch (GatewayException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failed(ErrorKind.MALFORMED_RESPONSE, "its change of the reply", e);
        }
        TextMapping mapping = text;
        return mapping != null && changed instanceof ChatStream stream
                ? stream.map(source -> new MappedSource(source, mapping, this))
                : changed;
    }

    /** Returns a failure with what had arrived as the rule changes it. */
    GatewayException changed(GatewayException failure) {
        if (text == null || !(failure.partial() instanceof ChatResponse partial)) {
            return failure;
        }
        GatewayException changed =
                failure.toBuilder().partial(text.mapped(partial)).build();
        changed.setStackTrace(failure.getStackTrace());
        return changed;
    }

    GatewayException failed(ErrorKind kind, String what, RuntimeException cause) {
        return GatewayException.builder(
                        kind,
                        "rule \"" + name + "\": " + what + " failed with "
                                + cause.getClass().getSimpleName())
                .cause(cause)
                .build();
    }

    @Override
    public String toString() {
        return "Rule{" + name + "}";
    }
}
