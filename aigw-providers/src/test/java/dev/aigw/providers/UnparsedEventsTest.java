package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import okio.Buffer;

/**
 * Events whose text is found without parsing say the same as when they are parsed: each stream is read twice, once as
 * it is, and once with another number of spaces in each event, so that none looks like the one before.
 */
class UnparsedEventsTest {

    private static final String[] TEXTS = {"a", " the", "Grüß", "\uD83D\uDE00", "x\\\"y", "\\n", "", "日本", "a b c", "0"
    };

    /** Streams of one vendor: events of text, in which {@code TEXT} and numbers differ, others, and the last. */
    private record Stream(Vendor vendor, String text, List<String> others, String last) {}

    private static final List<Stream> STREAMS = List.of(
            new Stream(
                    Vendor.OPENAI,
                    "{'id':'c','choices':[{'index':0,'delta':{'content':'TEXT'},'finish_reason':null}],'obfuscation':'FILL'}",
                    List.of(
                            "{'id':'c','choices':[{'index':0,'delta':{'content':'TEXT','refusal':'no'}}]}",
                            "{'id':'c','choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'id':'t','function':"
                                    + "{'name':'f','arguments':'{}'}}]}}]}"),
                    "{'id':'c','choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}"),
            new Stream(
                    Vendor.RESPONSES,
                    "{'type':'response.output_text.delta','sequence_number':N,'item_id':'m','output_index':0,"
                            + "'content_index':0,'delta':'TEXT','logprobs':[],'obfuscation':'FILL'}",
                    List.of(
                            "{'type':'response.output_text.delta','sequence_number':N,'item_id':'m','output_index':1,"
                                    + "'content_index':0,'delta':'TEXT','logprobs':[],'obfuscation':'FILL'}",
                            "{'type':'response.refusal.delta','sequence_number':N,'output_index':0,'delta':'TEXT'}",
                            "{'type':'response.reasoning_summary_text.delta','sequence_number':N,'output_index':2,"
                                    + "'delta':'TEXT'}"),
                    "{'type':'response.completed','sequence_number':N,'response':{'status':'completed','output':[],"
                            + "'usage':{'input_tokens':N,'output_tokens':N}}}"),
            new Stream(
                    Vendor.ANTHROPIC,
                    "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'TEXT'}}",
                    List.of(
                            "{'type':'content_block_delta','index':1,'delta':{'type':'text_delta','text':'TEXT'}}",
                            "{'type':'content_block_delta','index':2,'delta':{'type':'thinking_delta','thinking':'TEXT'}}",
                            "{'type':'ping'}"),
                    "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'output_tokens':N}}"),
            new Stream(
                    Vendor.GEMINI,
                    "{'candidates':[{'content':{'parts':[{'text':'TEXT'}],'role':'model'},'index':0}],'usageMetadata':"
                            + "{'promptTokenCount':7,'candidatesTokenCount':N,'totalTokenCount':N,'promptTokensDetails':"
                            + "[{'modality':'TEXT','tokenCount':7}]},'modelVersion':'m','responseId':'r'}",
                    List.of(
                            "{'candidates':[{'content':{'parts':[{'text':'TEXT','thought':true}],'role':'model'},"
                                    + "'index':0}],'usageMetadata':{'promptTokenCount':7,'thoughtsTokenCount':N},"
                                    + "'modelVersion':'m','responseId':'r'}",
                            "{'candidates':[{'content':{'parts':[{'text':'TEXT'}],'role':'model'},'index':0}],"
                                    + "'modelVersion':'m','responseId':'r'}",
                            "{'candidates':[{'content':{'parts':[{'text':'TEXT'},{'text':'TEXT'}]},'index':0}]}",
                            "{'candidates':[{'content':{'parts':[{'functionCall':{'id':'t','name':'f','args':{}}}]},"
                                    + "'index':0}],'responseId':'r'}"),
                    "{'candidates':[{'content':{'parts':[{'text':'TEXT'}]},'index':0,'finishReason':'STOP'}]}"),
            new Stream(
                    Vendor.COHERE,
                    "{'type':'content-delta','index':0,'delta':{'message':{'content':{'text':'TEXT'}}}}",
                    List.of("{'type':'content-delta','index':1,'delta':{'message':{'content':{'text':'TEXT'}}}}"),
                    "{'type':'message-end','delta':{'finish_reason':'COMPLETE'}}"),
            new Stream(
                    Vendor.OLLAMA,
                    "{'model':'m','created_at':'2026-11-26T01:02:N.NZ','message':{'role':'assistant','content':'TEXT'},"
                            + "'done':false}",
                    List.of(
                            "{'model':'m','created_at':'2026-11-26T01:02:N.NZ','message':{'role':'assistant','content':'',"
                                    + "'thinking':'TEXT'},'done':false}",
                            "{'model':'m','created_at':'2026-11-26T01:02:N.NZ','message':{'role':'assistant','content':"
                                    + "'TEXT'},'logprobs':[{'token':'a','logprob':-1}],'done':false}"),
                    "{'model':'m','created_at':'2026-11-26T01:02:N.NZ','message':{'role':'assistant','content':''},"
                            + "'done':true,'done_reason':'stop','eval_count':N}"));

    @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
    void unparsedEventsSayTheSameAsParsedOnes(@ForAll long seed) {
        Random random = new Random(seed);
        Stream stream = STREAMS.get(random.nextInt(STREAMS.size()));
        List<byte[]> events = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            boolean other = random.nextInt(6) == 0;
            byte[] event = filled(
                    other ? stream.others().get(random.nextInt(stream.others().size())) : stream.text(), random);
            events.add(random.nextInt(8) == 0 ? mutated(event, random) : event);
        }
        if (random.nextInt(4) > 0) {
            events.add(filled(stream.last(), random));
        }
        List<byte[]> spaced = new ArrayList<>();
        for (byte[] event : events) {
            spaced.add(spaced(event, spaced.size() + 1));
        }
        assertThat(read(stream, events)).as("seed %s", seed).isEqualTo(read(stream, spaced));
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

    /** Replaces the first so many characters of each {@code what}, but for the modality of that name. */
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
        switch (random.nextInt(4)) {
            case 0 -> result[at] = (byte) ('0' + random.nextInt(10));
            case 1 -> result[at] = (byte) "\"\\{}[]:, 0".charAt(random.nextInt(10));
            case 2 -> result = Arrays.copyOf(result, at);
            default -> {
                result = Arrays.copyOf(result, result.length + 1);
                System.arraycopy(bytes, at, result, at + 1, bytes.length - at);
                result[at] = (byte) "0\"} é".charAt(random.nextInt(5));
            }
        }
        return result;
    }

    private static byte[] spaced(byte[] event, int spaces) {
        String text = new String(event, StandardCharsets.ISO_8859_1);
        int end = text.endsWith("}") ? text.length() - 1 : text.length();
        return (text.substring(0, end) + " ".repeat(spaces) + text.substring(end))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns what a stream says: its events but for figures, whose latest counts, and how it ends. */
    private static List<Object> read(Stream stream, List<byte[]> events) {
        Buffer body = new Buffer();
        for (byte[] event : events) {
            boolean lines = stream.vendor() == Vendor.OLLAMA;
            body.writeUtf8(lines ? "" : "data: ").write(event).writeUtf8(lines ? "\n" : "\n\n");
        }
        Wire wire = new Wire().answer(stream.vendor().streamType(), body.readByteArray());
        List<Object> said = new ArrayList<>();
        ChatAccumulator answer = new ChatAccumulator(Json.REPLIES);
        try (ProviderAdapter adapter = stream.vendor().adapter(wire.client(), false);
                ChatStream read = adapter.call(
                        ChatRequest.CHAT_STREAM,
                        ChatRequest.of("any", "x"),
                        new RecordingAttempt(stream.vendor().model))) {
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
