package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpForm;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request's body in their order, to be written as JSON or as a form. Not safe for use by several
 * threads.
 */
final class Fields {

    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    /** Starts with the model. */
    static Fields of(AttemptContext attempt) {
        return new Fields().put("model", attempt.model());
    }

    /** Adds a field, unless {@code value} is null. */
    Fields put(String name, @Nullable Object value) {
        if (value != null) {
            values.put(name, value);
        }
        return this;
    }

    /** Adds the application's extra fields, which replace those of the same name, except the model. */
    Fields extra(Map<String, ?> extra) {
        extra.forEach((name, value) -> {
            if (!name.equals("model")) {
                values.put(name, value);
            }
        });
        return this;
    }

    @Nullable
    Object get(String name) {
        return values.get(name);
    }

    void writeTo(OutputStream out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            Json.write(json, values);
        }
    }

    /**
     * Adds the fields to a form: a list as one field {@code name[]} per element, an object as JSON; null is left out.
     */
    HttpForm addTo(HttpForm form) {
        values.forEach((name, value) -> {
            if (value instanceof List<?> list) {
                list.forEach(element -> form.field(name + "[]", text(element)));
            } else if (value != null) {
                form.field(name, text(value));
            }
        });
        return form;
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : Json.text(value);
    }
}
