package dev.aigw.providers.kit;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.internal.ExtraScope;
import dev.aigw.api.spi.ProviderAdapter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a request adds to a vendor's body as they are. Names that decide what is sent to whom, and so what is
 * paid, are reserved, since prices, budgets and limits go by the request: the model, the conversation, streaming, the
 * number of answers, token limits and the service tier, by the name that any vendor has for them. Thread-safe.
 */
public final class Extra {

    private static final Map<String, String> RESERVED = reserved();

    private Extra() {}

    private static Map<String, String> reserved() {
        Map<String, String> reserved = new HashMap<>();
        put(reserved, "name the model in the request, or declare a deployment of it", "model", "models", "modelid");
        put(reserved, "name the model in the request, or declare a deployment of it", "modelname", "engine");
        put(reserved, "add it to the request by its builder", "messages", "contents", "input", "inputs", "inputtext");
        put(reserved, "call stream or chat", "stream", "streamoptions");
        put(reserved, "ask as often as you need answers", "n", "candidatecount", "bestof", "numreturnsequences");
        put(reserved, "ask as often as you need answers", "numgenerations", "samplecount", "numberofimages");
        put(reserved, "set maxOutputTokens on the request", "maxtokens", "maxcompletiontokens", "maxoutputtokens");
        put(reserved, "set maxOutputTokens on the request", "maxnewtokens", "maxtokenstosample", "maxtokencount");
        put(reserved, "set maxOutputTokens on the request", "maxgenlen", "numpredict", "npredict");
        put(reserved, "set serviceTier on the request", "servicetier");
        for (String parent : new String[] {
            "generationconfig", "options", "inferenceconfig", "additionalmodelrequestfields", "parameters"
        }) {
            reserved.put(parent + ".", "");
        }
        return Map.copyOf(reserved);
    }

    private static void put(Map<String, String> reserved, String advice, String... names) {
        for (String name : names) {
            reserved.put(name, advice);
        }
    }

    /**
     * Returns {@code extra}, whose names are free.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if one is reserved, also within an object of
     *     options such as {@code generationConfig}
     */
    public static <V extends @Nullable Object> Map<String, V> of(Map<String, V> extra) {
        if (!extra.isEmpty()) {
            check("", extra);
        }
        return extra;
    }

    /**
     * Returns {@code request} with the extra fields that are sent to an adapter's vendor, by names without scopes; the
     * request itself if it has no others. A router has done this before; an application may call an adapter itself.
     */
    @SuppressWarnings("unchecked") // a request with other fields is of the same type
    public static <Q extends ModelRequest> Q sentTo(ProviderAdapter adapter, Q request) {
        Map<String, ?> extra = request.extra();
        if (extra.isEmpty()) {
            return request;
        }
        Map<String, ?> sent = ExtraScope.sentTo(extra, true, adapter.vendor(), adapter.name());
        return sent == extra ? request : (Q) request.withExtra(sent);
    }

    private static void check(String path, Map<?, ?> fields) {
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            String name = String.valueOf(field.getKey());
            String plain = name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
            String advice = RESERVED.get(plain);
            if (advice != null) {
                throw GatewayException.builder(
                                ErrorKind.INVALID_REQUEST,
                                "the extra field \"" + path + name + "\" is reserved, since it decides what is sent and"
                                        + " paid: leave it out of extra and " + advice)
                        .build();
            }
            if (field.getValue() instanceof Map<?, ?> nested && RESERVED.containsKey(plain + ".")) {
                check(path + name + ".", nested);
            }
        }
    }
}
