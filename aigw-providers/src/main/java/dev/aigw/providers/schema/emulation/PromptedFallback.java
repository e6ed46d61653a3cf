package dev.aigw.providers.schema.emulation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.internal.BareJson;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.SchemaFallback;
import dev.aigw.providers.json.Json;
import java.util.List;

/** Lets a router find {@link PromptedSchemas} where a deployment needs them. Safe for use by many threads. */
public final class PromptedFallback implements SchemaFallback {

    /** For the service loader; an application uses {@link SchemaFallback#installed()}. */
    public PromptedFallback() {}

    @Override
    public ProviderAdapter around(ProviderAdapter adapter) {
        return PromptedSchemas.around(adapter);
    }

    @Override
    public List<String> problems(ResponseFormat format, String answer) {
        if (format.type() == ResponseFormat.Type.TEXT) {
            return List.of();
        }
        if (format.type() == ResponseFormat.Type.JSON) {
            JsonNode value = Json.parseOrNull(BareJson.of(answer));
            return value != null && value.isObject() ? List.of() : List.of("it is not one JSON object");
        }
        SchemaCheck check = SchemaCheck.of(format);
        return check.problemsUnquoted(check.bare(answer));
    }
}
