package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.Message;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.Chats.Feature;
import dev.aigw.providers.bedrock.Frames;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import okio.Buffer;

/** Any answer, streamed in pieces of any size as each vendor does, arrives whole. */
class StreamRoundTripTest {

    private static Set<Feature> features(Vendor vendor) {
        Set<Feature> features = EnumSet.of(Feature.REASONING, Feature.OWN_RAW_PART, Feature.REFUSAL);
        switch (vendor) {
            case OPENAI, MISTRAL -> features.removeAll(EnumSet.of(Feature.REASONING, Feature.OWN_RAW_PART));
            case BEDROCK, COHERE, OLLAMA -> features.removeAll(EnumSet.of(Feature.OWN_RAW_PART, Feature.REFUSAL));
            default -> features.remove(Feature.REFUSAL);
        }
        return features;
    }

    @Provide
    Arbitrary<Map.Entry<Vendor, Message>> answers() {
        return Arbitraries.of(Vendor.class)
                .flatMap(vendor -> vendor.chats(features(vendor)).answers().map(answer -> Map.entry(vendor, answer)));
    }

    @Property(tries = 900, edgeCases = EdgeCasesMode.NONE)
    void aStreamedAnswerArrivesWhole(@ForAll("answers") Map.Entry<Vendor, Message> entry, @ForAll Random random) {
        Vendor vendor = entry.getKey();
        List<Map.Entry<String, String>> events = new StreamWriter(random).write(vendor, entry.getValue());
        Wire wire = new Wire().answer(vendor.streamType(), body(vendor, events));
        ChatResponse response;
        try (ProviderAdapter adapter = vendor.adapter(wire.client(), false);
                ChatStream stream = adapter.call(
                        ChatRequest.CHAT_STREAM, ChatRequest.of("any", "x"), new RecordingAttempt(vendor.model))) {
            for (ChatEvent event : stream) {
                assertThat(event).isNotInstanceOfAny(ChatEvent.Warning.class, ChatEvent.Raw.class);
            }
            response = stream.response();
        }
        assertThat(facts(response.message())).as("%s: %s", vendor, events).isEqualTo(facts(entry.getValue()));
    }

    private static JsonNode facts(Message answer) {
        return Facts.of(ChatRequest.builder("any").message(answer).build(), Facts.Blur.NONE);
    }

    private static byte[] body(Vendor vendor, List<Map.Entry<String, String>> events) {
        Buffer body = new Buffer();
        for (Map.Entry<String, String> event : events) {
            switch (vendor) {
                case OLLAMA -> body.writeUtf8(event.getValue() + "\n");
                case BEDROCK -> body.write(Frames.frame(event.getKey(), event.getValue()));
                default -> body.writeUtf8("data: " + event.getValue() + "\n\n");
            }
        }
        return body.readByteArray();
    }
}
