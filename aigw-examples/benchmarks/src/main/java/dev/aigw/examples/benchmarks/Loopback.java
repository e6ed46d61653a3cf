package dev.aigw.examples.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.metering.Meters;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * Compares a routed chat and a routed stream with hand-written OkHttp and Jackson, over loopback HTTP, in the same run,
 * by CPU time and allocation of the calling thread, which does all the client's work.
 */
public final class Loopback {

    private static final int ROUNDS = 7;
    private static final int CALLS = 4_000;
    private static final int STREAMS = 60;
    private static final int CHUNKS = 1_000;
    private static final MediaType JSON_TYPE = MediaType.get("application/json");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String CHAT = "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,"
            + "\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
            + "\"The sky is blue because air scatters short waves more.\"},\"finish_reason\":\"stop\"}],"
            + "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":11,\"total_tokens\":23}}";

    private Loopback() {}

    private interface Work {
        void run() throws IOException;
    }

    private record Spent(double micros, double bytes) {}

    /** Measures and prints. */
    public static void main(String[] args) throws IOException {
        try (CannedServer chats = new CannedServer("application/json", CHAT);
                CannedServer streams = new CannedServer("text/event-stream", events())) {
            OkHttpClient client = new OkHttpClient();
            try (ModelRouter router = ModelRouter.builder()
                    .provider(OpenAiAdapter.builder()
                            .name("chats")
                            .baseUrl(chats.baseUrl())
                            .build())
                    .provider(OpenAiAdapter.builder()
                            .name("streams")
                            .baseUrl(streams.baseUrl())
                            .build())
                    .model("chat", model -> model.deployment("chats/m"))
                    .model("stream", model -> model.deployment("streams/m"))
                    .meter(Meters.inMemory())
                    .build()) {
                compare(
                        "chat, per call",
                        CALLS,
                        () -> handWrittenChat(client, chats.baseUrl()),
                        () -> router.chat("chat", "Why is the sky blue?"));
                compare(
                        "stream, per chunk",
                        STREAMS * CHUNKS,
                        STREAMS,
                        () -> handWrittenStream(client, streams.baseUrl()),
                        () -> routedStream(router));
            }
            client.connectionPool().evictAll();
        }
    }

    private static void compare(String what, int units, Work floor, Work routed) throws IOException {
        compare(what, units, units, floor, routed);
    }

    private static void compare(String what, int units, int repeats, Work floor, Work routed) throws IOException {
        double[] cpu = new double[ROUNDS];
        double[] allocation = new double[ROUNDS];
        Spent lastFloor = new Spent(0, 0);
        Spent lastRouted = new Spent(0, 0);
        for (int round = -3; round < ROUNDS; round++) {
            lastFloor = spend(units, repeats, floor);
            lastRouted = spend(units, repeats, routed);
            if (round >= 0) {
                cpu[round] = lastRouted.micros() / lastFloor.micros();
                allocation[round] = lastRouted.bytes() / lastFloor.bytes();
            }
        }
        java.util.Arrays.sort(cpu);
        java.util.Arrays.sort(allocation);
        System.out.printf(
                "%-18s CPU: floor %.2f us, routed %.2f us, ratio %.2f (%.2f to %.2f)%n",
                what, lastFloor.micros(), lastRouted.micros(), cpu[ROUNDS / 2], cpu[0], cpu[ROUNDS - 1]);
        System.out.printf(
                "%-18s allocation: floor %.0f B, routed %.0f B, ratio %.2f%n",
                what, lastFloor.bytes(), lastRouted.bytes(), allocation[ROUNDS / 2]);
    }

    private static Spent spend(int units, int repeats, Work work) throws IOException {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long nanos = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < repeats; i++) {
            work.run();
        }
        return new Spent(
                (threads.getCurrentThreadCpuTime() - nanos) / 1e3 / units,
                (double) (threads.getCurrentThreadAllocatedBytes() - bytes) / units);
    }

    private static Request request(String baseUrl, boolean stream) throws IOException {
        byte[] body = JSON.writeValueAsBytes(Map.of(
                "model",
                "m",
                "stream",
                stream,
                "messages",
                List.of(Map.of("role", "user", "content", "Why is the sky blue?"))));
        return new Request.Builder()
                .url(baseUrl + "/chat/completions")
                .post(RequestBody.create(body, JSON_TYPE))
                .build();
    }

    private static void handWrittenChat(OkHttpClient client, String baseUrl) throws IOException {
        try (Response response = client.newCall(request(baseUrl, false)).execute()) {
            JsonNode reply = JSON.readTree(response.body().byteStream());
            require(reply.at("/choices/0/message/content").asText().startsWith("The sky"));
        }
    }

    private static void handWrittenStream(OkHttpClient client, String baseUrl) throws IOException {
        int chunks = 0;
        StringBuilder text = new StringBuilder();
        try (Response response = client.newCall(request(baseUrl, true)).execute()) {
            BufferedSource source = response.body().source();
            String line = source.readUtf8Line();
            while (line != null && !line.equals("data: [DONE]")) {
                if (line.startsWith("data: ")) {
                    JsonNode delta = JSON.readTree(line.substring(6)).at("/choices/0/delta/content");
                    if (delta.isTextual()) {
                        text.append(delta.textValue());
                        chunks++;
                    }
                }
                line = source.readUtf8Line();
            }
        }
        require(chunks == CHUNKS && text.length() > CHUNKS);
    }

    private static void routedStream(ModelRouter router) {
        int chunks = 0;
        try (ChatStream stream = router.stream(ChatRequest.of("stream", "Why is the sky blue?"))) {
            for (ChatEvent event : stream) {
                if (event instanceof ChatEvent.TextDelta) {
                    chunks++;
                }
            }
            require(chunks == CHUNKS
                    && Objects.requireNonNull(stream.response()).text().length() > CHUNKS);
        }
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("the answer is not what the server sent");
        }
    }

    private static String events() {
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < CHUNKS; i++) {
            events.append(
                            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",")
                    .append(
                            "\"service_tier\":\"default\",\"system_fingerprint\":null,\"choices\":[{\"index\":0,\"delta\":")
                    .append("{\"content\":\" word")
                    .append(i)
                    .append("\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n");
        }
        events.append(
                        "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",")
                .append("\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
        return events.toString();
    }
}
