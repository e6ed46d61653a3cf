package dev.aigw.routing.engine.call;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.internal.ExtraScope;
import dev.aigw.api.spi.ProviderAdapter;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Leaves out of a request the extra fields that are not for the vendor that an attempt asks. */
final class ExtraFields {

    /** Fields that name what came before and is kept by one vendor: without them the request means something else. */
    private static final Set<String> KEPT_BY_VENDOR =
            Set.of("previous_response_id", "conversation", "previous_interaction_id");

    private ExtraFields() {}

    /**
     * Returns the request as it is sent: with the vendor's fields, by names without scopes.
     *
     * @throws GatewayException of kind {@link ErrorKind#UNSUPPORTED} if a field that is left out names a conversation
     *     that another vendor keeps; of kind {@link ErrorKind#INVALID_REQUEST} if one is for a part of the router that
     *     is not there
     */
    static ModelRequest sentBy(Attempt attempt, ModelRequest request) {
        return request instanceof BatchRequest batch ? batch.map(item -> sent(attempt, item)) : sent(attempt, request);
    }

    /**
     * A field for the router is taken out by the stage that it is for: without it, the request means something else.
     */
    private static void checkTaken(Map<String, ?> extra) {
        for (String name : extra.keySet()) {
            if (ExtraScope.isOfRouter(name)) {
                throw GatewayException.of(
                        ErrorKind.INVALID_REQUEST,
                        "the request has the field " + name
                                + ", and the router has no part that takes it: for a prompt,"
                                + " build it with ModelRouter.builder().prompts(...)");
            }
        }
    }

    private static ModelRequest sent(Attempt attempt, ModelRequest request) {
        Map<String, ?> extra = request.extra();
        if (extra.isEmpty()) {
            return request;
        }
        checkTaken(extra);
        ProviderAdapter adapter = attempt.live().adapter();
        boolean first = attempt.call().isFirstVendor(adapter.vendor());
        Map<String, ?> sent = ExtraScope.sentTo(extra, first, adapter.vendor(), adapter.name());
        if (sent.equals(extra)) {
            return request;
        }
        List<String> left = extra.keySet().stream()
                .filter(name -> !first && name.indexOf('/') < 0 && !sent.containsKey(name))
                .sorted()
                .toList();
        for (String name : left) {
            if (KEPT_BY_VENDOR.contains(name)) {
                throw GatewayException.builder(
                                ErrorKind.UNSUPPORTED,
                                adapter.name() + " does not have what " + name + " names, which another vendor keeps:"
                                        + " send the conversation itself, as continueById(true) of OpenAiAdapter does, so"
                                        + " that others can answer it")
                        .provider(adapter.name())
                        .deployment(attempt.deployment())
                        .build();
            }
        }
        if (!left.isEmpty()) {
            attempt.call().put(CallFacts.LESS_SENT, true);
            attempt.warn(adapter.name() + " was not sent the extra fields " + left + ", which another vendor was asked"
                    + " with: name the vendor of a field by extra(vendor, name, value), or use extraEverywhere");
        }
        return request.withExtra(sent);
    }
}
