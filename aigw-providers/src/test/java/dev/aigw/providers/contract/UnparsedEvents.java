package dev.aigw.providers.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.Wire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import okio.Buffer;

/**
 * Events whose text is found without parsing mean the same as parsed ones: each stream is read twice, once unchanged,
 * and once with a different number of spaces in each event, so that none looks like the one before.
 */
final class UnparsedEvents {

    private static final String[] TEXTS = {"a", " the", "Grüß", "\uD83D\uDE00", "x\\\"y", "\\n", "", "日本", "a b c", "0"
    };

    private final Vendor vendor;
    private final Vendor.Events kinds;

    UnparsedEvents(Vendor vendor, Vendor.Events kinds) {
        this.vendor = vendor;
        this.kinds = kinds;
    }

    /** Checks one stream at random. */
    void check(Random random) {
        List<byte[]> events = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            boolean other = random.nextInt(6) == 0;
            byte[] event = filled(
                    other ? kinds.others().get(random.nextInt(kinds.others().size())) : kinds.text(), random);
            events.add(random.nextInt(4) == 0 ? mutated(event, random) : event);
        }
        if (random.nextInt(4) > 0) {
            events.add(filled(kinds.last(), random));
        }
        List<byte[]> spaced = new ArrayList<>();
        for (byte[] event : events) {
            spaced.add(spaced(event, spaced.size() + 1));
        }
        assertThat(read(events)).isEqualTo(read(spaced));
    }

    private static byte[] filled(String event, Random random) {
        StringBuilder filled = new StringBuilder(event.replace('\'', '"'));
        replace(filled, "TEXT\"}", () -> TEXTS[random.nextInt(TEXTS.length)], 4);
        replace(filled, "TEXT\",", () -> TEXTS[random.nextInt(TEXTS.length)], 4);
        replace(filled, "FILL", () -> "f".repeat(random.nextInt(9)), 4);
        for (String number : List.of(":N", ".N")) {
            replace(filled, number, () -> number.charAt(0) + String.valueOf(random.nextInt(1200)), 2);
        }
        return filled.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Replaces a number of leading characters of each {@code what}, except in the modality of that name. */
    private static void replace(StringBuilder in, String what, Supplier<String> by, int length) {
        int at = in.indexOf(what);
        while (at >= 0) {
            boolean modality = in.substring(0, at).endsWith("\"modality\":\"");
            String text = modality ? what.substring(0, length) : by.get();
            in.replace(at, at + length, text);
            at = in.indexOf(what, at + text.length());
        }
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] result = bytes.clone();
        int at = random.nextInt(result.length);
        switch (random.nextInt(5)) {
            case 0 -> result[at] = (byte) ('0' + random.nextInt(10));
            case 1 -> result[at] = (byte) "\"\\{}[]:, 0".charAt(random.nextInt(10));
            case 2 -> result = Arrays.copyOf(result, at);
            case 3 -> result = withoutIndex(bytes);
            default -> {
                result = Arrays.copyOf(result, result.length + 1);
                System.arraycopy(bytes, at, result, at + 1, bytes.length - at);
                result[at] = (byte) "0\"} é".charAt(random.nextInt(5));
            }
        }
        return result;
    }

    /** Returns an event that does not say which part it belongs to. */
    private static byte[] withoutIndex(byte[] event) {
        return new String(event, StandardCharsets.ISO_8859_1)
                .replaceAll("\"(?:[A-Za-z_]*[iI]ndex|item_id)\":(?:\\d+|\"[^\"]*\"),?", "")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] spaced(byte[] event, int spaces) {
        String text = new String(event, StandardCharsets.ISO_8859_1);
        int end = text.endsWith("}") ? text.length() - 1 : text.length();
        return (text.substring(0, end) + " ".repeat(spaces) + text.substring(end))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns the content of a stream: its events, of usage only the latest, and how it ends. */
    private List<Object> read(List<byte[]> events) {
        Buffer body = new Buffer();
        for (byte[] event : events) {
            boolean lines = vendor.streamType().endsWith("ndjson");
            body.writeUtf8(lines ? "" : "data: ").write(event).writeUtf8(lines ? "\n" : "\n\n");
        }
        Wire wire = new Wire().answer(vendor.streamType(), body.readByteArray());
        List<Object> said = new ArrayList<>();
        ChatAccumulator answer = new ChatAccumulator();
        try (ProviderAdapter adapter = vendor.adapter(wire.client(), false);
                ChatStream read = adapter.call(
                        ChatRequest.CHAT_STREAM, ChatRequest.of("any", "x"), new RecordingAttempt(vendor.model()))) {
            for (ChatEvent event : read) {
                answer.add(event);
                if (!(event instanceof ChatEvent.UsageReported)) {
                    said.add(event);
                }
            }
        } catch (GatewayException e) {
            said.add(e.kind());
        }
        said.add(answer.toResponse().usage());
        return said;
    }
}
