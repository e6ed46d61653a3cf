package dev.aigw.providers.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.events.ChatEventReader;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Origin;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a streamed answer of the Interactions API. It is complete when the vendor says so
 * ({@code interaction.completed}). One thread reads; close may come from any.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/streaming">"Streaming interactions" in the vendor's
 *     documentation</a>, checked in November 2026
 */
final class InteractionsStreamReader extends ChatEventReader {

    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final String provider;
    private final StepReader steps;

    InteractionsStreamReader(String provider, Origin origin, HttpStream stream) {
        super(stream);
        this.provider = provider;
        this.steps = new StepReader(provider, origin, this::add, counts(), this::began);
    }

    @Override
    protected boolean takeSentinel(byte[] buffer, int offset, int length) {
        return Arrays.equals(buffer, offset, offset + length, DONE, 0, DONE.length);
    }

    @Override
    protected void decode(String name, JsonNode event) {
        String given = Json.textOf(event, "event_type");
        Integer index = Json.intOf(event, "index");
        switch (given == null ? name : given) {
            case "interaction.created" -> steps.begin(Json.at(event, "interaction"));
            case "step.start" -> steps.start(index, Json.at(event, "step"));
            case "step.delta" -> {
                steps.delta(index, Json.at(event, "delta"));
                steps.usage(Json.at(Json.at(event, "metadata"), "total_usage"));
            }
            case "step.stop" -> {
                steps.stop(index);
                steps.usage(Json.at(event, "usage"));
            }
            case "interaction.status_update" -> steps.usage(Json.at(event, "usage"));
            case "interaction.completed" -> finish(Json.at(event, "interaction"));
            default -> {
                if (Json.at(event, "steps").isArray()) { // the whole answer, though a stream was asked for
                    steps.begin(event);
                    finish(event);
                } else if (event.has("delta") || event.has("step") || event.has("interaction")) {
                    throw hole("an event of the stream has no known type, though it has content");
                } else {
                    add(new ChatEvent.Raw(provider, Json.map(event)));
                }
            }
        }
    }

    private void finish(JsonNode interaction) {
        if (!interaction.hasNonNull("status")) {
            throw hole("the answer ended without a status");
        }
        steps.finish(interaction);
        end("the answer ended without a finish reason");
    }
}
