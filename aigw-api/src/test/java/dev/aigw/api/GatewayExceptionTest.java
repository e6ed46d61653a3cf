package dev.aigw.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.chat.ChatResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatewayExceptionTest {

    private static final Route ROUTE = Route.builder()
            .callId("c1")
            .requestedModel("assistant")
            .model("assistant")
            .build();

    @Test
    void aCopyHasEverythingTheOriginalHad() {
        IOException cause = new IOException("reset");
        GatewayException earlier = GatewayException.of(ErrorKind.OVERLOADED, "busy");
        GatewayException original = GatewayException.builder(ErrorKind.RATE_LIMITED, "slow down")
                .cause(cause)
                .provider("openai")
                .deployment("openai/gpt#2")
                .status(429)
                .vendorCode("slow_down")
                .requestId("req_1")
                .retryAfter(Duration.ofSeconds(3))
                .headers(Map.of("retry-after", List.of("3")))
                .body("{}")
                .partial(ChatResponse.of("so far"))
                .route(ROUTE)
                .suppressed(earlier)
                .build();

        GatewayException copy = original.toBuilder().build();

        assertThat(copy).isNotSameAs(original).hasMessage("slow down").hasCause(cause);
        assertThat(copy.getSuppressed()).containsExactly(earlier);
        assertThat(copy.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(copy.provider()).isEqualTo("openai");
        assertThat(copy.deployment()).isEqualTo("openai/gpt#2");
        assertThat(copy.status()).isEqualTo(429);
        assertThat(copy.vendorCode()).isEqualTo("slow_down");
        assertThat(copy.requestId()).isEqualTo("req_1");
        assertThat(copy.retryAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(copy.headers()).isEqualTo(Map.of("retry-after", List.of("3")));
        assertThat(copy.body()).isEqualTo("{}");
        assertThat(copy.partial()).isEqualTo(ChatResponse.of("so far"));
        assertThat(copy.route()).isEqualTo(ROUTE);
    }

    @Test
    void aCopyMayDifferWithoutTouchingTheOriginal() {
        GatewayException original = GatewayException.of(ErrorKind.SERVER_ERROR, "oops");

        GatewayException copy = original.toBuilder()
                .kind(ErrorKind.STREAM_INTERRUPTED)
                .message("broke off")
                .build();

        assertThat(copy.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        assertThat(copy).hasMessage("broke off");
        assertThat(original.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
        assertThat(original).hasMessage("oops");
    }

    @Test
    void whatIsNotKnownIsAbsent() {
        GatewayException bare = GatewayException.of(ErrorKind.CANCELLED, "stopped");

        assertThat(bare.provider()).isNull();
        assertThat(bare.status()).isZero();
        assertThat(bare.retryAfter()).isNull();
        assertThat(bare.headers()).isEmpty();
        assertThat(bare.partial()).isNull();
        assertThat(bare.route()).isSameAs(Route.NONE);
    }

    @Test
    void itIsSerializedWithEverythingItHas() throws Exception {
        IOException cause = new IOException("reset");
        cause.addSuppressed(new IllegalStateException("before"));
        GatewayException original = GatewayException.builder(ErrorKind.RATE_LIMITED, "slow down")
                .cause(cause)
                .subject(FailureSubject.CREDENTIAL)
                .provider("openai")
                .deployment("openai/gpt#2")
                .status(429)
                .vendorCode("slow_down")
                .requestId("req_1")
                .retryAfter(Duration.ofSeconds(3))
                .headers(Map.of("retry-after", new ArrayList<>(List.of("3"))))
                .body("{}")
                .partial(ChatResponse.builder()
                        .text("so far")
                        .extra("a", List.of(1, Map.of("b", true)))
                        .build())
                .route(ROUTE.toBuilder()
                        .attempts(List.of(new Route.Attempt(
                                "assistant", "openai/gpt#2", Outcome.FAILED, Duration.ofMillis(5), ErrorKind.TIMEOUT)))
                        .warnings(List.of("w"))
                        .build())
                .suppressed(GatewayException.of(ErrorKind.OVERLOADED, "busy"))
                .build();

        GatewayException read = sent(original);

        assertThat(read).usingRecursiveComparison().isEqualTo(original);
        assertThat(read.getSuppressed()).singleElement().isInstanceOf(GatewayException.class);
        assertThat(read.getStackTrace()).isEqualTo(original.getStackTrace());
        assertThat(read.getCause()).isExactlyInstanceOf(IOException.class).hasMessage("reset");
        assertThat(read.getCause().getSuppressed()).hasSize(1);
    }

    @Test
    void whatCannotBeSerializedIsReplacedByItsWords() throws Exception {
        GatewayException deep = GatewayException.builder(ErrorKind.CONNECTION, "gone")
                .cause(new Unserializable("no route", new IOException("reset")))
                .build();
        Unserializable around = new Unserializable("around", deep);
        GatewayException original = GatewayException.builder(ErrorKind.TIMEOUT, "slow")
                .cause(around)
                .partial(new ModelReply() {})
                .build();

        GatewayException read = sent(original);

        assertThat(read.partial()).isNull();
        assertThat(read.getCause()).hasMessage(around.toString());
        assertThat(read.getCause().getStackTrace()).isEqualTo(around.getStackTrace());
        assertThat(read.getCause().getCause())
                .isInstanceOf(GatewayException.class)
                .hasMessage("gone");
        assertThat(read.getCause().getCause().getCause().getCause()).isInstanceOf(IOException.class);
    }

    @Test
    void aCircleOfCausesIsSerializedOnce() throws Exception {
        IllegalStateException outer = new IllegalStateException("outer");
        GatewayException original = GatewayException.builder(ErrorKind.INTERNAL, "inner")
                .cause(outer)
                .build();
        outer.initCause(original);
        original.addSuppressed(outer);

        GatewayException read = sent(original);

        assertThat(read.getCause()).hasMessage(outer.toString());
        assertThat(read.getCause().getCause()).isNull();
        assertThat(read.getSuppressed()).isEmpty();
    }

    @Test
    void wordsFromOutsideCannotForgeALine() {
        GatewayException e = GatewayException.builder(ErrorKind.SERVER_ERROR, "no\r\n2026-11-30 INFO paid\u001b[2J")
                .provider("a\nb")
                .deployment("a\nb/c\u202e")
                .vendorCode("x\u0000")
                .requestId("r\n1")
                .headers(Map.of("h\n", List.of("v\r\nset-cookie: x")))
                .body("line 1\nline 2\u001b[31m")
                .build();

        assertThat(e.getMessage()).isEqualTo("no  2026-11-30 INFO paid\\u001b[2J");
        assertThat(e.toString()).doesNotContain("\n");
        assertThat(e.provider()).isEqualTo("a b");
        assertThat(e.deployment()).isEqualTo("a b/c\\u202e");
        assertThat(e.vendorCode()).isEqualTo("x\\u0000");
        assertThat(e.requestId()).isEqualTo("r 1");
        assertThat(e.headers()).isEqualTo(Map.of("h ", List.of("v  set-cookie: x")));
        assertThat(e.body()).isEqualTo("line 1\nline 2\\u001b[31m");
    }

    @Test
    void wordsFromOutsideAreBounded() {
        String long1 = "x".repeat(1_000_000);
        GatewayException e = GatewayException.builder(ErrorKind.SERVER_ERROR, long1)
                .provider(long1)
                .deployment(long1)
                .vendorCode(long1)
                .requestId(long1)
                .headers(Map.of("h", List.of(long1)))
                .body(long1)
                .build();

        assertThat(e.getMessage()).hasSizeLessThan(10_000);
        assertThat(List.of(e.provider(), e.deployment(), e.vendorCode(), e.requestId()))
                .allSatisfy(name -> assertThat(name).hasSizeLessThan(2_000));
        assertThat(e.headers().get("h").get(0)).hasSizeLessThan(5_000);
        assertThat(e.body()).hasSizeLessThan(100_000);
    }

    private static GatewayException sent(GatewayException failure) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(failure);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (GatewayException) in.readObject();
        }
    }

    /** As other libraries throw them. */
    @SuppressWarnings("serial")
    private static final class Unserializable extends Exception {

        private static final long serialVersionUID = 1L;

        private final Object socket = new Object();

        Unserializable(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public String getMessage() {
            return super.getMessage() + " " + socket.getClass().getSimpleName();
        }
    }
}
