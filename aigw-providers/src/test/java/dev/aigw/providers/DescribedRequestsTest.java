package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.ProviderAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What the adapters send for any chat is as the vendors' published descriptions want it. */
class DescribedRequestsTest {

    private static JsonNode body(Vendor vendor, ChatRequest request) {
        Wire wire = new Wire().answer("application/json", vendor.reply.getBytes(StandardCharsets.UTF_8));
        try (ProviderAdapter adapter = vendor.adapter(wire.client(), true)) {
            return wire.sent(() -> adapter.call(ChatRequest.CHAT, request, new RecordingAttempt(vendor.model)))
                    .json();
        }
    }

    @Provide
    Arbitrary<Map.Entry<Vendor, ChatRequest>> requests() {
        return Arbitraries.of(Vendor.class)
                .flatMap(vendor -> vendor.chats(Chats.allBut()).requests().map(request -> Map.entry(vendor, request)));
    }

    @Property(tries = 900, edgeCases = EdgeCasesMode.NONE)
    void anyRequestIsAsDescribed(@ForAll("requests") Map.Entry<Vendor, ChatRequest> entry) {
        Vendor vendor = entry.getKey();
        JsonNode body = body(vendor, entry.getValue());
        assertThat(vendor.described().problems(body)).as("%s: %s", vendor, body).isEmpty();
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void aFieldMoreOrLessOrOfAnotherTypeIsNoticed(
            @ForAll("requests") Map.Entry<Vendor, ChatRequest> entry, @ForAll Random random) {
        Vendor vendor = entry.getKey();
        ObjectNode body = (ObjectNode) body(vendor, entry.getValue());
        String talk = List.of("messages", "contents", "input").stream()
                .filter(body::has)
                .findFirst()
                .orElseThrow();
        JsonNode said = body.get(talk);
        ObjectNode message = (ObjectNode) said.get(random.nextInt(said.size()));
        List<String> fields = new ArrayList<>();
        message.fieldNames().forEachRemaining(fields::add);
        String field = fields.get(random.nextInt(fields.size()));
        JsonNode value = message.get(field);

        message.put("field_of_nobody", 1);
        assertThat(vendor.described().problems(body)).as("one more: %s", body).isNotEmpty();
        message.remove("field_of_nobody");
        message.put(field, 1);
        assertThat(vendor.described().problems(body))
                .as("%s is a number: %s", field, body)
                .isNotEmpty();
        message.set(field, value);
        assertThat(vendor.described().problems(body)).isEmpty();
        body.set("x_" + talk, body.remove(talk));
        assertThat(vendor.described().problems(body))
                .as("no %s: %s", talk, body)
                .isNotEmpty();
    }
}
