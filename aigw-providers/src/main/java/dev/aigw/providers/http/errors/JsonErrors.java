package dev.aigw.providers.http.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.providers.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads error objects of any shape, since a proxy in front of a vendor answers in a shape of its own.
 *
 * <ul>
 *   <li>OpenAI's {@code {"error": {"message", "type", "param", "code"}}}, also without the outer object, and
 *       {@code {"error": "…"}};
 *   <li>Google's {@link RpcStatus}, Anthropic's {@code {"type": "error", "error": …}}, AWS's {@code {"__type",
 *       "message"}} and its header {@code x-amzn-errortype}, MiniMax's {@code base_resp}, the problem details of RFC
 *       9457;
 *   <li>FastAPI's {@code {"detail": …}}, a text, an object or a list;
 *   <li>lists of errors and lists of texts;
 *   <li>errors as JSON within a text, and those of the vendor behind a broker in {@code metadata.raw}.
 * </ul>
 *
 * <p>Empty errors, such as {@code "error": ""}, {@code null} or {@code {}}, are none: some servers write them beside
 * every good answer.
 */
public final class JsonErrors {

    private static final int DEEPEST = 5;
    private static final int MOST_IN_A_LIST = 5;
    private static final List<String> ERRORS = List.of("error", "errors", "err");
    private static final List<String> CODES =
            List.of("code", "error_code", "errorCode", "type", "error_type", "errorType", "__type", "status", "reason");
    private static final List<String> NUMBERS =
            List.of("code", "status", "status_code", "statusCode", "http_status", "error_code");
    private static final List<String> WORDS = List.of(
            "message",
            "msg",
            "Message",
            "error_message",
            "error_msg",
            "errorMessage",
            "error_description",
            "originalMessage",
            "status_msg",
            "detail",
            "details",
            "description",
            "title",
            "reason");
    private static final List<String> ANSWERS = List.of(
            "choices", "candidates", "content", "delta", "output", "outputs", "steps", "data", "results", "embeddings");
    private static final Set<String> NOTHING = Set.of("", "none", "null", "ok", "success", "0", "200");
    private static final Pattern STATUS = Pattern.compile("[45][0-9][0-9]");

    /** Reads errors of all these shapes, for vendors without one of their own. */
    public static final ErrorReader ANY = after((status, body) -> null);

    private JsonErrors() {}

    /**
     * Returns the error in the body of a status of 400 or more; null for a lower one, where such a field may be part of
     * an answer.
     */
    public static @Nullable VendorError read(int status, JsonNode body) {
        return status < 400 ? null : of(body);
    }

    /** Returns the error in an error object of any shape; null if there is none. */
    public static @Nullable VendorError of(JsonNode error) {
        return find(error, 0);
    }

    /**
     * Returns the error in an error object of any shape in a reply with this status; null if there is none. Inside a
     * success the status says nothing, so a number in the object has to.
     */
    public static @Nullable VendorError of(int status, JsonNode error) {
        VendorError found = of(error);
        if (status >= 400 || found == null || (found.kind() != null && !ErrorCodes.isGeneral(found.kind()))) {
            return found;
        }
        ErrorKind kind = numbered(error, 0);
        return kind == null ? found : found.withKind(kind);
    }

    /** Returns the error that a text is, as JSON or words; null if it is blank. */
    static @Nullable VendorError ofText(String text) {
        return ofText(text, 0);
    }

    /**
     * Returns a reader of what {@code vendor} reads, and of the shapes that proxies send instead: with an error status,
     * inside a success, and in a stream.
     */
    public static ErrorReader after(ErrorReader vendor) {
        return new ErrorReader() {
            @Override
            public @Nullable VendorError read(int status, JsonNode body) {
                return read(status, name -> null, body);
            }

            @Override
            public @Nullable VendorError read(
                    int status, Function<String, @Nullable String> header, @Nullable JsonNode body) {
                VendorError theirs = vendor.read(status, header, body);
                VendorError any = any(status, header, body);
                if (theirs == null || theirs.isNothing()) {
                    return any;
                }
                return any == null ? theirs : theirs.completedBy(any);
            }
        };
    }

    private static @Nullable VendorError any(
            int status, Function<String, @Nullable String> header, @Nullable JsonNode body) {
        VendorError aws = AwsErrors.read(status, header, body);
        VendorError shaped = body == null ? null : status >= 400 ? of(body) : inside(body);
        if (aws == null) {
            return shaped;
        }
        return shaped == null ? aws : aws.completedBy(shaped);
    }

    /** Returns the error inside a success or an event of a stream: only what no answer looks like is one. */
    private static @Nullable VendorError inside(JsonNode body) {
        if (!body.isObject()) {
            return null;
        }
        for (String field : ERRORS) {
            JsonNode error = body.get(field);
            if (error != null && find(error, 0) != null && !(field.equals("errors") && hasAnswer(body))) {
                return of(200, body);
            }
        }
        JsonNode response = Json.at(body, "response").path("error"); // of OpenAI's Responses API
        JsonNode state = Json.at(body, "base_resp"); // MiniMax
        if (find(response, 0) != null || state.path("status_code").asInt() != 0) {
            return of(200, body);
        }
        boolean named = "error".equals(Json.textOf(body, "object")) || "error".equals(Json.textOf(body, "type"));
        if (!named && (hasAnswer(body) || !(isFailure(body) || (body.size() == 1 && body.has("detail"))))) {
            return null;
        }
        return of(200, body);
    }

    /** Returns whether an object has a code of a failure, and words beside it. */
    private static boolean isFailure(JsonNode body) {
        if (!(body.path("message").isTextual() || body.path("msg").isTextual())) {
            return false;
        }
        if (body.path("error").asBoolean()
                || (body.path("success").isBoolean() && !body.path("success").asBoolean())) {
            return true;
        }
        String code = scalar(body, "code") != null ? scalar(body, "code") : scalar(body, "status_code");
        return code != null && !NOTHING.contains(code.toLowerCase(Locale.ROOT));
    }

    private static boolean hasAnswer(JsonNode body) {
        for (String field : ANSWERS) {
            if (body.has(field)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable ErrorKind numbered(JsonNode node, int depth) {
        if (!node.isObject() || depth == 2) {
            return null;
        }
        for (String field : NUMBERS) {
            String number = scalar(node, field);
            if (number != null && STATUS.matcher(number).matches()) {
                return HttpErrors.kindOf(Integer.parseInt(number));
            }
        }
        return numbered(node.path("error"), depth + 1);
    }

    private static @Nullable VendorError find(JsonNode node, int depth) {
        if (depth > DEEPEST) {
            return null;
        }
        if (node.isTextual()) {
            return ofText(node.textValue(), depth);
        }
        return node.isArray() ? ofList(node, depth) : node.isObject() ? ofObject(node, depth) : null;
    }

    private static @Nullable VendorError ofText(String text, int depth) {
        String words = text.strip();
        if (NOTHING.contains(words.toLowerCase(Locale.ROOT))) {
            return null;
        }
        if (words.charAt(0) == '{' || words.charAt(0) == '[' || words.charAt(0) == '"') {
            JsonNode json = Json.parseOrNull(words);
            VendorError within = json == null ? null : find(json, depth + 1);
            if (within != null) {
                return within;
            }
        }
        return new VendorError(null, null, words);
    }

    /** Returns the first error of a list, with the words of all. */
    private static @Nullable VendorError ofList(JsonNode list, int depth) {
        VendorError first = null;
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < Math.min(list.size(), MOST_IN_A_LIST); i++) {
            VendorError error = find(list.get(i), depth + 1);
            if (error != null) {
                first = first == null ? error : first;
                if (error.message() != null) {
                    words.append(words.isEmpty() ? "" : "; ").append(error.message());
                }
            }
        }
        return first == null || words.isEmpty() ? first : first.withMessage(words.toString());
    }

    private static @Nullable VendorError ofObject(JsonNode node, int depth) {
        if (RpcStatus.is(node)) {
            return RpcStatus.read(node).unwrapped();
        }
        VendorError own = own(node, depth);
        VendorError inner = null;
        for (String field : ERRORS) {
            JsonNode error = node.get(field);
            if (error != null && inner == null) {
                inner = find(error, depth + 1);
            }
        }
        if (inner == null) {
            JsonNode response = Json.at(node, "response"); // of OpenAI's Responses API
            inner = response.has("error") ? find(response.get("error"), depth + 1) : null;
        }
        if (inner == null) {
            JsonNode state = Json.at(node, "base_resp");
            return state.isMissingNode() ? own : find(state, depth + 1);
        }
        if (own == null) {
            return inner;
        }
        JsonNode error = node.get("error");
        if (error != null && error.isTextual() && own.message() != null) {
            return ofTitled(own, error.textValue());
        }
        return inner.completedBy(own);
    }

    /** Returns an error with words of its own, beside a field {@code error} that is a code or a title. */
    private static VendorError ofTitled(VendorError own, String title) {
        String message = own.message();
        if (title.indexOf(' ') < 0 && title.length() <= 64) {
            ErrorKind kind = ErrorCodes.kindOf(title);
            return new VendorError(kind == null ? own.kind() : kind, title, message).withParam(own.param());
        }
        return own.withMessage(title + ": " + message);
    }

    /** Returns what an object says itself: its words, its code and its parameter; null if it says nothing. */
    private static @Nullable VendorError own(JsonNode node, int depth) {
        VendorError words = words(node, depth);
        String code = null;
        ErrorKind kind = null;
        for (String field : CODES) {
            String word = scalar(node, field);
            if (word == null || word.equals("error")) {
                continue;
            }
            String name = field.equals("__type") ? word.substring(word.lastIndexOf('#') + 1) : word;
            if (code == null || (isStatus(code) && !isStatus(name))) {
                code = name;
            }
            ErrorKind known = ErrorCodes.kindOf(name);
            if (known != null && (kind == null || (ErrorCodes.isGeneral(kind) && !ErrorCodes.isGeneral(known)))) {
                kind = known;
            }
        }
        if (words == null && (code == null || NOTHING.contains(code.toLowerCase(Locale.ROOT)))) {
            return null;
        }
        VendorError own = new VendorError(kind, code, words == null ? null : located(node, words.message()))
                .withParam(param(node));
        VendorError known = words == null ? own : own.completedBy(words);
        JsonNode metadata = Json.at(node, "metadata");
        VendorError raw = metadata.has("raw") ? find(metadata.get("raw"), depth + 1) : null;
        return raw == null ? known : known.causedBy(raw);
    }

    private static @Nullable VendorError words(JsonNode node, int depth) {
        for (String field : WORDS) {
            JsonNode value = node.get(field);
            VendorError words = value == null ? null : find(value, depth + 1);
            if (words != null && words.message() != null) {
                return words;
            }
        }
        return null;
    }

    /** Returns the words with the place that FastAPI names. */
    private static @Nullable String located(JsonNode node, @Nullable String words) {
        JsonNode place = Json.at(node, "loc");
        if (words == null || !place.isArray()) {
            return words;
        }
        StringBuilder path = new StringBuilder();
        for (JsonNode step : place) {
            path.append(path.isEmpty() ? "" : ".").append(step.asText());
        }
        return path + ": " + words;
    }

    private static @Nullable String param(JsonNode node) {
        return scalar(node, "param");
    }

    static boolean isStatus(String code) {
        return STATUS.matcher(code).matches();
    }

    private static @Nullable String scalar(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null || value.isNull() || value.isContainerNode()) {
            return null;
        }
        String text = value.asText().strip(); // LiteLLM writes absent ones as "None"
        return text.isEmpty() || text.equalsIgnoreCase("none") || text.equals("null") ? null : text;
    }
}
