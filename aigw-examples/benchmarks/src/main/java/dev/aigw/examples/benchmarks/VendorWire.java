package dev.aigw.examples.benchmarks;

import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.cohere.CohereAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.mistral.Mistral;
import dev.aigw.providers.ollama.OllamaAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.eventstream.HeaderValue;
import software.amazon.awssdk.eventstream.Message;
import software.amazon.awssdk.eventstream.MessageDecoder;

/**
 * Each vendor's responses, served by an HTTP client without a network, and two ways to read them: with the adapter, and
 * by hand with OkHttp and Jackson's streaming parser.
 */
public enum VendorWire {
    OPENAI(
            "{'id':'chatcmpl-1','object':'chat.completion.chunk','created':1,'model':'m','service_tier':'default',"
                    + "'system_fingerprint':null,'choices':[{'index':0,'delta':{'content':' word#'},'logprobs':null,"
                    + "'finish_reason':null}],'usage':null}",
            "/choices/0/delta/content",
            "{'id':'chatcmpl-1','choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}",
            "{'id':'chatcmpl-1','object':'chat.completion','created':1,'model':'m','choices':[{'index':0,'message':"
                    + "{'role':'assistant','content':'" + VendorWire.ANSWER + "'},'finish_reason':'stop'}],"
                    + "'usage':{'prompt_tokens':12,'completion_tokens':11,'total_tokens':23}}",
            "/choices/0/message/content") {
        @Override
        ProviderAdapter adapter(OkHttpClient client) {
            return OpenAiAdapter.builder().httpClient(client).build();
        }
    },
    RESPONSES(
            "{'type':'response.output_text.delta','sequence_number':#,'item_id':'msg_1','output_index':0,"
                    + "'content_index':0,'delta':' word#','logprobs':[],'obfuscation':'a1b2c3d4'}",
            "/delta",
            "{'type':'response.completed','sequence_number':9,'response':{'status':'completed','output':[]}}",
            "{'id':'resp_1','object':'response','status':'completed','model':'m','output':[{'type':'message','id':'msg_1',"
                    + "'status':'completed','role':'assistant','content':[{'type':'output_text','text':'"
                    + VendorWire.ANSWER + "','annotations':[]}]}],'usage':{'input_tokens':12,'output_tokens':11,"
                    + "'total_tokens':23}}",
            "/output/0/content/0/text") {
        @Override
        ProviderAdapter adapter(OkHttpClient client) {
            return OpenAiAdapter.builder().responsesApi(true).httpClient(client).build();
        }
    },
    ANTHROPIC(
            "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':' word#'}}",
            "/delta/text",
            "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'output_tokens':9}}",
            "{'id':'msg_1','type':'message','role':'assistant','model':'m','content':[{'type':'text','text':'"
                    + VendorWire.ANSWER
                    + "'}],'stop_reason':'end_turn','stop_sequence':null,'usage':{'input_tokens':12,"
                    + "'output_tokens':11}}",
            "/content/0/text") {
        @Override
        ProviderAdapter adapter(OkHttpClient client) {
            return AnthropicAdapter.builder().httpClient(client).build();
        }
    },
    GEMINI(
            "{'candidates':[{'content':{'parts':[{'text':' word#'}],'role':'model'},'index':0}],'usageMetadata':"
                    + "{'promptTokenCount':12,'candidatesTokenCount':#,'totalTokenCount':#,'promptTokensDetails':"
                    + "[{'modality':'TEXT','tokenCount':12}]},'modelVersion':'m','responseId':'r1'}",
            "/candidates/0/content/parts/0/text",
            "{'candidates':[{'content':{'parts':[{'text':'.'}],'role':'model'},'index':0,'finishReason':'STOP'}]}",
            "{'candidates':[{'content':{'parts':[{'text':'" + VendorWire.ANSWER + "'}],'role':'model'},'index':0,"
                    + "'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':12,'candidatesTokenCount':11,"
                    + "'totalTokenCount':23},'modelVersion':'m','responseId':'r1'}",
            "/candidates/0/content/parts/0/text") {
        @Override
        ProviderAdapter adapter(OkHttpClient client) {
            return GeminiAdapter.builder().httpClient(client).build();
        }
    },
    MISTRAL(
            "{'id':'1','object':'chat.completion.chunk','created':1,'model':'m','choices':[{'index':0,'delta':"
                    + "{'content':' word#'},'finish_reason':null}]}",
            "/choices/0/delta/content",
            "{'id':'1','choices':[{'index':0,'delta':{'content':''},'finish_reason':'stop'}]}",
            OPENAI.reply,
            "/choices/0/message/content") {
        @Override
        ProviderAdapter adapter(OkHttpClient client) {
            return Mistral.builder().httpClient(client).build();
        }
    },
    COHERE(
            "{'type':'content-delta','index':0,'delta':{'message':{'content':{'text':' word#'}}}}",
            "/delta/message/content/text",
            "{'type':'message-end','delta':{'finish_reason':'COMPLETE'}}",
            "{'id':'1','finish_reason':'COMPLETE','message':{'role':'assistant','content':[{'type':'text','text':'"
                    + VendorWire.ANSWER + "'}]},'usage':{'billed_units':{'input_tokens':12,'output_tokens':11}}}",
            "/message/content/0/text") {
        @Override
        ProviderAdapter adapter(OkHttpClient client) {
            return CohereAdapter.builder().httpClient(client).build();
        }
    },
    OLLAMA(
            "{'model':'m','created_at':'2026-11-26T01:02:03.12345#Z','message':{'role':'assistant','content':' word#'},"
                    + "'done':false}",
            "/message/content",
            "{'model':'m','created_at':'2026-11-26T01:02:04Z','message':{'role':'assistant','content':''},'done':true,"
                    + "'done_reason':'stop'}",
            "{'model':'m','created_at':'2026-11-26T01:02:04Z','message':{'role':'assistant','content':'"
                    + VendorWire.ANSWER + "'},'done':true,'done_reason':'stop','prompt_eval_count':12,'eval_count':11}",
            "/message/content") {
        @Override
        ProviderAdapter adapter(OkHttpClient client) {
            return OllamaAdapter.builder().httpClient(client).build();
        }
    },
    BEDROCK(
            "{'contentBlockIndex':0,'delta':{'text':' word#'},'p':'abcdefgh'}",
            "/delta/text",
            "{'stopReason':'end_turn','p':'abc'}",
            "{'output':{'message':{'role':'assistant','content':[{'text':'" + VendorWire.ANSWER + "'}]}},"
                    + "'stopReason':'end_turn','usage':{'inputTokens':12,'outputTokens':11,'totalTokens':23}}",
            "/output/message/content/0/text") {
        @Override
        ProviderAdapter adapter(OkHttpClient client) {
            return BedrockAdapter.builder()
                    .region("eu-west-1")
                    .httpClient(client)
                    .build();
        }
    };

    static final int CHUNKS = 1_000;

    private static final String ANSWER = "The sky is blue because air scatters short waves more.";
    private static final ChatRequest QUESTION = ChatRequest.of("m", "Why is the sky blue?");
    private static final AttemptContext ATTEMPT = AttemptContext.builder("m").build();

    private final String chunk;
    private final String chunkText;
    private final String last;
    private final String reply;
    private final String replyText;

    VendorWire(String chunk, String chunkText, String last, String reply, String replyText) {
        this.chunk = chunk;
        this.chunkText = chunkText;
        this.last = last;
        this.reply = reply;
        this.replyText = replyText;
    }

    /** Returns the adapter under test. */
    abstract ProviderAdapter adapter(OkHttpClient client);

    /** Both ways to read whole and streamed answers; used by one thread at a time. */
    final class Readers {

        private final String[] replyPath = HandWritten.path(replyText);
        private final String[] chunkPath = HandWritten.path(chunkText);
        private final byte[] replyBytes = reply.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        private final byte[] streamBytes = events();
        private final OkHttpClient replies = client("application/json", replyBytes);
        private final OkHttpClient streams = client(streamType(), streamBytes);
        private final ProviderAdapter replyAdapter = adapter(replies);
        private final ProviderAdapter streamAdapter = adapter(streams);

        /** Reads a whole answer with the adapter, and returns the length of its text. */
        int reply() {
            return replyAdapter.call(ChatRequest.CHAT, QUESTION, ATTEMPT).text().length();
        }

        /** Reads a whole answer by hand. */
        int replyByHand() throws IOException {
            try (Response response = replies.newCall(HandWritten.request("https://example.org/", false))
                    .execute()) {
                return Objects.requireNonNull(HandWritten.text(response, replyPath))
                        .length();
            }
        }

        /** Reads a stream with the adapter, and returns the number of pieces of its text. */
        int stream() {
            int pieces = 0;
            try (ChatStream stream = streamAdapter.call(ChatRequest.CHAT_STREAM, QUESTION, ATTEMPT)) {
                for (ChatEvent event : stream) {
                    if (event instanceof ChatEvent.TextDelta) {
                        pieces++;
                    }
                }
            }
            return pieces;
        }

        /** Reads a stream by hand. */
        int streamByHand() throws IOException {
            StringBuilder text = new StringBuilder();
            int pieces = 0;
            try (Response response = streams.newCall(HandWritten.request("https://example.org/", false))
                    .execute()) {
                BufferedSource source = response.body().source();
                if (VendorWire.this == BEDROCK) {
                    return framesByHand(source, text);
                }
                String prefix = VendorWire.this == OLLAMA ? "" : "data: ";
                for (String line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
                    if (line.startsWith(prefix + '{')) {
                        pieces += piece(HandWritten.text(line.substring(prefix.length()), chunkPath), text);
                    }
                }
            }
            return pieces;
        }

        private int framesByHand(BufferedSource source, StringBuilder text) throws IOException {
            int pieces = 0;
            MessageDecoder decoder = new MessageDecoder();
            byte[] buffer = new byte[8192];
            for (int read = source.read(buffer); read > 0; read = source.read(buffer)) {
                decoder.feed(buffer, 0, read);
                for (Message message : decoder.getDecodedMessages()) {
                    pieces += piece(HandWritten.text(message.getPayload(), chunkPath), text);
                }
            }
            return pieces;
        }

        private static int piece(@Nullable String piece, StringBuilder text) {
            if (piece == null || piece.isEmpty()) {
                return 0;
            }
            text.append(piece);
            return 1;
        }
    }

    private String streamType() {
        return switch (this) {
            case OLLAMA -> "application/x-ndjson";
            case BEDROCK -> "application/vnd.amazon.eventstream";
            default -> "text/event-stream";
        };
    }

    private byte[] events() {
        Buffer stream = new Buffer();
        for (int i = 0; i < CHUNKS; i++) {
            append(stream, "contentBlockDelta", chunk.replace("#", String.valueOf(i)));
        }
        append(stream, "messageStop", last);
        if (this == ANTHROPIC) {
            append(stream, "", "{'type':'message_stop'}");
        } else if (this == OPENAI || this == MISTRAL) {
            stream.writeUtf8("data: [DONE]\n\n");
        }
        return stream.readByteArray();
    }

    private void append(Buffer stream, String event, String quoted) {
        String json = quoted.replace('\'', '"');
        switch (this) {
            case OLLAMA -> stream.writeUtf8(json + "\n");
            case BEDROCK -> {
                Map<String, HeaderValue> headers = Map.of(
                        ":message-type", HeaderValue.fromString("event"), ":event-type", HeaderValue.fromString(event));
                ByteBuffer frame = new Message(headers, json.getBytes(StandardCharsets.UTF_8)).toByteBuffer();
                byte[] bytes = new byte[frame.remaining()];
                frame.get(bytes);
                stream.write(bytes);
            }
            default -> stream.writeUtf8("data: " + json + "\n\n");
        }
    }

    private static OkHttpClient client(String type, byte[] answer) {
        MediaType mediaType = MediaType.get(type);
        return new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    Buffer sent = new Buffer();
                    Objects.requireNonNull(chain.request().body()).writeTo(sent);
                    sent.clear();
                    BufferedSource source = Okio.buffer(Okio.source(new ByteArrayInputStream(answer)));
                    return new Response.Builder()
                            .request(chain.request())
                            .protocol(Protocol.HTTP_1_1)
                            .code(200)
                            .message("OK")
                            .body(ResponseBody.create(source, mediaType, answer.length))
                            .build();
                })
                .build();
    }
}
