package dev.aigw.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HostileServer.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replies without an end, too slow, or small only while compressed end within the attempt's timeout and the bounds. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BoundedBodiesTest {

    private static final int MIB = 1024 * 1024;
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String JSON = OK + "Content-Type: application/json\r\n";
    private static final String EVENTS = OK + "Content-Type: text/event-stream\r\n";
    private static final String GZIP = "Content-Encoding: gzip\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";

    /** How a call reads its reply. */
    private enum Way {
        SEND(JSON) {
            @Override
            void call(HttpTransport transport, HttpCall call, AttemptContext attempt) {
                transport.send(call, attempt);
            }
        },
        FETCH(JSON) {
            @Override
            void call(HttpTransport transport, HttpCall call, AttemptContext attempt) {
                transport.fetch(call, attempt);
            }
        },
        STREAM(EVENTS) {
            @Override
            void call(HttpTransport transport, HttpCall call, AttemptContext attempt) {
                try (HttpStream stream = transport.open(call, attempt)) {
                    while (stream.next()) {
                        assertThat(stream.length()).isPositive();
                    }
                }
            }
        };

        private final String head;

        Way(String head) {
            this.head = head;
        }

        abstract void call(HttpTransport transport, HttpCall call, AttemptContext attempt);
    }

    private static HttpTransport transport() {
        return HttpTransport.builder("acme", (status, body) -> null)
                .maxBodyBytes(MIB)
                .maxEventBytes(MIB / 4)
                .maxStreamBytes(MIB)
                .maxJsonValues(10_000)
                .build();
    }

    private static GatewayException failure(Script script, Way way) throws IOException {
        return failure(script, way, 8 * MIB);
    }

    private static GatewayException failure(Script script, Way way, long mostBytes) throws IOException {
        AttemptContext attempt = AttemptContext.builder("m")
                .timeouts(Timeouts.builder().attempt(SHORT).build())
                .build();
        try (HostileServer server = new HostileServer(script);
                HttpTransport transport = transport()) {
            GatewayException e = catchThrowableOfType(
                    GatewayException.class, () -> way.call(transport, HttpCall.post(server.url()), attempt));
            assertThat(server.sentBytes()).as("bytes taken from the server").isLessThan(mostBytes);
            return e;
        }
    }

    private static byte[] gzip(String start, String unit, int times) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(start.getBytes(StandardCharsets.ISO_8859_1));
            byte[] block = unit.repeat(1000).getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < times; i += 1000) {
                out.write(block);
            }
        }
        return bytes.toByteArray();
    }

    private static Script whole(String head, byte[] body) {
        return reply -> {
            reply.send(head + "Content-Length: " + body.length + "\r\n\r\n");
            reply.send(body);
        };
    }

    @Test
    void compressedBytesThatHoldManyValuesAreRefusedBeforeTheyFillTheHeap() throws IOException {
        byte[] body = gzip("[", "[],", 20 * MIB);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (HostileServer server = new HostileServer(whole(JSON + GZIP, body));
                HttpTransport transport =
                        HttpTransport.builder("acme", (status, json) -> null).build()) {
            HttpCall call = HttpCall.post(server.url());
            AttemptContext attempt = AttemptContext.builder("m").build();
            long before = threads.getCurrentThreadAllocatedBytes();
            GatewayException e = catchThrowableOfType(GatewayException.class, () -> transport.send(call, attempt));
            assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
            assertThat(e).hasMessageContaining("500000 JSON values").hasMessageContaining("maxJsonValues");
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(400L * MIB);
        }
    }

    @Test
    void theBoundIsForTheSizeAfterDecompression() throws IOException {
        byte[] body = gzip("", "{}      ", 500_000);
        assertThat(body.length).isLessThan(MIB / 10);
        for (Way way : new Way[] {Way.SEND, Way.FETCH}) {
            GatewayException e = failure(whole(way.head + GZIP, body), way);
            assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
            assertThat(e).hasMessageContaining("maxBodyBytes");
        }
        byte[] events = gzip("", "data: {\"a\":1}\n\n", 500_000);
        assertThat(failure(whole(EVENTS + GZIP, events), Way.STREAM)).hasMessageContaining("maxStreamBytes");
        byte[] event = gzip("", "data: 0123456789\n", 500_000);
        assertThat(failure(whole(EVENTS + GZIP, event), Way.STREAM)).hasMessageContaining("maxEventBytes");
    }

    @ParameterizedTest
    @EnumSource
    void theBodyOfAnErrorIsBoundedTooHoweverItIsCompressed(Way way) throws IOException {
        byte[] body = gzip("", "{\"error\":\"no\"}  ", 4 * MIB);
        GatewayException e = failure(whole("HTTP/1.1 503 No\r\nContent-Type: application/json\r\n" + GZIP, body), way);
        assertThat(e.kind()).isEqualTo(ErrorKind.OVERLOADED);
        assertThat(e.body()).hasSizeLessThan(4096);
    }

    @ParameterizedTest
    @EnumSource
    void aGzipHeaderWithoutAnEndIsCutOff(Way way) throws IOException {
        Script script = reply -> {
            reply.send(way.head + GZIP + "Connection: close\r\n\r\n");
            reply.send(new byte[] {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 3});
            reply.sendForever("a file's name");
        };
        assertThat(failure(script, way).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    @ParameterizedTest
    @EnumSource
    void compressedBytesThatHoldNothingWithoutAnEndAreCutOff(Way way) throws IOException {
        Script script = reply -> {
            reply.send(way.head + GZIP + "Connection: close\r\n\r\n");
            reply.send(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3});
            reply.sendForever("\0\0\0\u00ff\u00ff");
        };
        assertThat(failure(script, way).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    @ParameterizedTest
    @EnumSource
    void aReplyOfOneByteNowAndThenEndsWithTheAttempt(Way way) throws IOException {
        for (String head : new String[] {"Content-Length: 100000\r\n\r\n", "Connection: close\r\n\r\n"}) {
            assertThat(failure(
                                    reply -> {
                                        reply.send(way.head + head);
                                        reply.drip(" ");
                                    },
                                    way)
                            .kind())
                    .isEqualTo(ErrorKind.TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void partsOfAReplyThatComeSlowlyOrWithoutAnEndEndWithTheAttempt(Way way) throws IOException {
        Map<String, Script> scripts = Map.of(
                "headers, slowly",
                        reply -> {
                            reply.send(OK);
                            reply.drip("x-a: b\r\n");
                        },
                "the status line, slowly", reply -> reply.drip("H"),
                "interim answers, slowly", reply -> reply.drip("HTTP/1.1 103 Early Hints\r\n\r\n"),
                "a chunk's size, slowly",
                        reply -> {
                            reply.send(way.head + CHUNKED);
                            reply.drip("0");
                        },
                "a chunk's extension, slowly",
                        reply -> {
                            reply.send(way.head + CHUNKED + "1;");
                            reply.drip("x");
                        },
                "chunks of one byte, slowly",
                        reply -> {
                            reply.send(way.head + CHUNKED);
                            reply.drip("1\r\n \r\n");
                        },
                "trailers, slowly",
                        reply -> {
                            reply.send(way.head + CHUNKED + "0\r\n");
                            reply.drip("x-a: b\r\n");
                        },
                "gzip, slowly",
                        reply -> {
                            reply.send(way.head + GZIP + "Connection: close\r\n\r\n");
                            reply.send(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3});
                            reply.drip("\0\0\0\u00ff\u00ff");
                        });
        for (Map.Entry<String, Script> script : scripts.entrySet()) {
            assertThat(failure(script.getValue(), way).kind())
                    .as(script.getKey())
                    .isEqualTo(ErrorKind.TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void headersWithoutAnEndAreRefused(Way way) throws IOException {
        for (String header : new String[] {"x-a: b\r\n", "x"}) {
            GatewayException e = failure(
                    reply -> {
                        reply.send(OK);
                        reply.sendForever(header);
                    },
                    way);
            assertThat(e.kind()).isIn(ErrorKind.MALFORMED_RESPONSE, ErrorKind.CONNECTION);
        }
    }

    @ParameterizedTest
    @EnumSource
    void chunkExtensionsWithoutAnEndEndWithTheAttempt(Way way) throws IOException {
        GatewayException e = failure(
                reply -> {
                    reply.send(way.head + CHUNKED + "1;");
                    reply.sendForever("x");
                },
                way,
                Long.MAX_VALUE);
        assertThat(e.kind()).isIn(ErrorKind.MALFORMED_RESPONSE, ErrorKind.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void theBodyOfAnErrorThatComesSlowlyEndsWithTheAttempt(Way way) throws IOException {
        GatewayException e = failure(
                reply -> {
                    reply.send("HTTP/1.1 503 No\r\nContent-Length: 100000\r\n\r\n{\"error\":\"no\"");
                    reply.drip(" ");
                },
                way);
        assertThat(e.kind()).as("the status says what failed").isEqualTo(ErrorKind.OVERLOADED);
    }

    @Test
    void theBodyOfAnErrorThatComesSlowlyIsNotWaitedForWhereThereIsNoTimeout() throws IOException {
        AttemptContext attempt =
                AttemptContext.builder("m").timeouts(Timeouts.builder().build()).build();
        Script script = reply -> {
            reply.send("HTTP/1.1 503 No\r\nContent-Length: 100000\r\n\r\n{\"error\":\"no\"");
            reply.drip(" ");
        };
        try (HostileServer server = new HostileServer(script);
                HttpTransport transport = transport()) {
            GatewayException e = catchThrowableOfType(
                    GatewayException.class, () -> transport.open(HttpCall.post(server.url()), attempt));
            assertThat(e.kind()).isEqualTo(ErrorKind.OVERLOADED);
        }
    }

    @Test
    void aStreamOfCommentsOrALineWithoutAnEndIsBounded() throws IOException {
        for (String unit : new String[] {": hold\n\n", "\n", "event: x\n\n", "x", "data: ", "data\n", ":"}) {
            GatewayException e = failure(
                    reply -> {
                        reply.send(EVENTS + "Connection: close\r\n\r\n");
                        reply.sendForever(unit);
                    },
                    Way.STREAM);
            assertThat(e.kind()).as(unit).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
            assertThat(e).hasMessageContaining("raise the adapter's max");
        }
    }
}
