package dev.aigw.providers.gemini;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the arguments of a call, which come in pieces of a path and a value, as the growing text of one JSON object.
 * The pieces come in the order of that text; a piece out of order is malformed. For one call.
 *
 * @see <a
 *     href="https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/Content#PartialArg">"PartialArg" in
 *     the reference of Vertex AI</a>
 */
final class StreamedArguments {

    /** An object or array that is not closed yet. */
    private static final class Container {
        private final @Nullable Object step;
        private final boolean array;
        private final Set<Object> written = new HashSet<>(4);

        Container(@Nullable Object step, boolean array) {
            this.step = step;
            this.array = array;
        }
    }

    private final List<Container> open = new ArrayList<>(4);
    private @Nullable List<Object> text;

    StreamedArguments() {
        open.add(new Container(null, false));
    }

    /** Returns the text that a piece adds; the first piece begins the object. */
    String add(JsonNode piece) {
        StringBuilder json = new StringBuilder(open.get(0).written.isEmpty() ? "{" : "");
        List<Object> path = ArgumentPath.parse(String.valueOf(Json.textOf(piece, "jsonPath")));
        String value = Json.textOf(piece, "stringValue");
        if (text != null && !text.equals(path)) {
            json.append('"'); // the vendor did not mark its end
            text = null;
        }
        if (text == null) {
            enter(path, json);
            json.append(value == null ? plain(piece) : "\"");
        }
        if (value != null) {
            JsonStringEncoder.getInstance().quoteAsString(value, json);
            text = path;
            if (!piece.path("willContinue").asBoolean()) {
                json.append('"');
                text = null;
            }
        }
        return json.toString();
    }

    /** Returns the text that ends the object. */
    String end() {
        StringBuilder json = new StringBuilder(open.get(0).written.isEmpty() ? "{" : "");
        if (text != null) {
            json.append('"');
        }
        close(0, json);
        return json.append('}').toString();
    }

    private static String plain(JsonNode piece) {
        JsonNode value = piece.has("numberValue") ? piece.get("numberValue") : piece.get("boolValue");
        return value == null ? "null" : value.toString();
    }

    /** Closes and opens the levels between the last path and this one, and writes the name of its last step. */
    private void enter(List<Object> path, StringBuilder json) {
        int last = path.size() - 1;
        int common = 0;
        while (common < last
                && common + 1 < open.size()
                && Objects.equals(open.get(common + 1).step, path.get(common))) {
            common++;
        }
        close(common, json);
        for (int i = common; i <= last; i++) {
            Container container = open.get(i);
            Object step = path.get(i);
            boolean inOrder = container.array
                    ? Integer.valueOf(container.written.size()).equals(step)
                    : step instanceof String && !container.written.contains(step);
            if (!inOrder) {
                throw GatewayException.of(
                        ErrorKind.MALFORMED_RESPONSE, "the pieces of a call's arguments are out of order at " + path);
            }
            json.append(container.written.isEmpty() ? "" : ",");
            container.written.add(step);
            if (step instanceof String name) {
                json.append('"');
                JsonStringEncoder.getInstance().quoteAsString(name, json);
                json.append("\":");
            }
            if (i < last) {
                boolean array = path.get(i + 1) instanceof Integer;
                json.append(array ? '[' : '{');
                open.add(new Container(step, array));
            }
        }
    }

    private void close(int depth, StringBuilder json) {
        while (open.size() > depth + 1) {
            json.append(open.remove(open.size() - 1).array ? ']' : '}');
        }
    }
}
