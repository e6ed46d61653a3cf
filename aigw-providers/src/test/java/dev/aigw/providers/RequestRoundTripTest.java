package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.Chats.Feature;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any chat that a vendor takes reaches it whole, and what does not reach it is told. */
class RequestRoundTripTest {

    static JsonNode sent(Vendor vendor, ChatRequest request, boolean drop, RecordingAttempt attempt) {
        Wire wire = new Wire().answer("application/json", vendor.reply.getBytes(StandardCharsets.UTF_8));
        try (ProviderAdapter adapter = vendor.adapter(wire.client(), drop)) {
            return wire.sent(() -> adapter.call(ChatRequest.CHAT, request, attempt))
                    .json();
        }
    }

    /** Returns the parts of a reply, as the vendor's adapter reads it. */
    private static List<ContentPart> answer(Vendor vendor, String reply) {
        Wire wire = new Wire().answer("application/json", reply.getBytes(StandardCharsets.UTF_8));
        try (ProviderAdapter adapter = vendor.adapter(wire.client(), false)) {
            return adapter.call(ChatRequest.CHAT, ChatRequest.of("any", "x"), new RecordingAttempt(vendor.model))
                    .message()
                    .parts();
        }
    }

    static JsonNode read(Vendor vendor, JsonNode body) {
        return Facts.of(vendor.reader(reply -> answer(vendor, reply)).read(body), Losses.blur(vendor));
    }

    private static Arbitrary<Map.Entry<Vendor, ChatRequest>> requests(Vendor vendor, Set<Feature> but) {
        Set<Feature> features = Chats.allBut(but.toArray(Feature[]::new));
        return vendor.chats(features).requests().map(request -> Map.entry(vendor, request));
    }

    @Provide
    Arbitrary<Map.Entry<Vendor, ChatRequest>> taken() {
        return Arbitraries.of(Vendor.class).flatMap(vendor -> {
            Set<Feature> lost = Losses.told(vendor);
            lost.addAll(Losses.untold(vendor));
            return requests(vendor, lost);
        });
    }

    @Provide
    Arbitrary<Map.Entry<Vendor, ChatRequest>> any() {
        return Arbitraries.of(Vendor.class).flatMap(vendor -> requests(vendor, Losses.untold(vendor)));
    }

    @Property(tries = 900, edgeCases = EdgeCasesMode.NONE)
    void whatAVendorTakesReachesItWhole(@ForAll("taken") Map.Entry<Vendor, ChatRequest> entry) {
        Vendor vendor = entry.getKey();
        RecordingAttempt attempt = new RecordingAttempt(vendor.model);
        JsonNode body = sent(vendor, entry.getValue(), false, attempt);
        assertThat(attempt.warnings).as("%s", vendor).isEmpty();
        assertThat(read(vendor, body))
                .as("%s: %s", vendor, body)
                .isEqualTo(Facts.of(entry.getValue(), Losses.blur(vendor)));
    }

    @Property(tries = 900, edgeCases = EdgeCasesMode.NONE)
    void whatDoesNotReachAVendorIsTold(@ForAll("any") Map.Entry<Vendor, ChatRequest> entry) {
        Vendor vendor = entry.getKey();
        RecordingAttempt attempt = new RecordingAttempt(vendor.model);
        JsonNode body = sent(vendor, entry.getValue(), true, attempt);
        if (attempt.warnings.isEmpty()) {
            assertThat(read(vendor, body))
                    .as("%s: %s", vendor, body)
                    .isEqualTo(Facts.of(entry.getValue(), Losses.blur(vendor)));
        }
    }
}
