package dev.aigw.api.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChatStreamTest {

    private static final ChatEvent HELLO = new ChatEvent.TextDelta(0, "hello");
    private static final ChatEvent WORLD = new ChatEvent.TextDelta(0, " world");
    private static final ChatEvent STOP = new ChatEvent.Finished(FinishReason.STOP);
    private static final Route ROUTE =
            Route.builder().callId("c1").requestedModel("a").model("a").build();

    @Test
    void eventsComeInOrderAndThenNullForEver() {
        ScriptedSource source = ScriptedSource.of(HELLO, STOP);
        ChatStream stream = ChatStream.of(source);

        assertThat(stream.next()).isSameAs(HELLO);
        assertThat(stream.next()).isSameAs(STOP);
        assertThat(stream.next()).isNull();
        assertThat(stream.next()).isNull();
        stream.close();
        assertThat(stream.next()).isNull();
        assertThat(stream.response()).isEqualTo(ChatResponse.of("hello"));
        assertThat(source.closed).isEqualTo(1);
    }

    @Test
    void theResponseReadsWhatIsLeft() {
        ChatStream stream = ChatStream.of(ScriptedSource.of(HELLO, WORLD, STOP));
        stream.next();
        assertThat(stream.text()).isEqualTo("hello");

        assertThat(stream.response()).isEqualTo(ChatResponse.of("hello world"));
        assertThat(stream.response()).isEqualTo(ChatResponse.of("hello world"));
    }

    @Test
    void aStreamIsIteratedOnce() {
        ChatStream stream = ChatStream.of(ScriptedSource.of(HELLO, STOP));
        List<ChatEvent> seen = new ArrayList<>();
        for (ChatEvent event : stream) {
            seen.add(event);
        }

        assertThat(seen).containsExactly(HELLO, STOP);
        assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void askingForTheNextEventTwiceReadsOne() {
        Iterator<ChatEvent> events =
                ChatStream.of(ScriptedSource.of(HELLO, STOP)).iterator();

        assertThat(events.hasNext()).isTrue();
        assertThat(events.hasNext()).isTrue();
        assertThat(events.next()).isSameAs(HELLO);
        assertThat(events.next()).isSameAs(STOP);
        assertThat(events.hasNext()).isFalse();
    }

    @Test
    void aClosedStreamThrowsCancelledWithWhatHadArrived() {
        ScriptedSource source = ScriptedSource.of(HELLO, STOP);
        ChatStream stream = ChatStream.of(source);
        stream.next();
        stream.close();
        stream.close();

        GatewayException thrown = catchThrowableOfType(GatewayException.class, stream::next);

        assertThat(thrown.kind()).isEqualTo(ErrorKind.CANCELLED);
        assertThat(thrown).hasMessage("stream is closed");
        assertThat(((ChatResponse) thrown.partial()).text()).isEqualTo("hello");
        assertThatThrownBy(stream::response).isSameAs(thrown);
        assertThat(source.closed).isEqualTo(1);
    }

    @Test
    void aFailureAfterContentCarriesWhatHadArrivedAndIsThrownAgain() {
        GatewayException broken = GatewayException.builder(ErrorKind.STREAM_INTERRUPTED, "cut")
                .provider("openai")
                .build();
        ScriptedSource source = ScriptedSource.failing(broken, HELLO, new ChatEvent.UsageReported(TokenUsage.of(4, 1)));
        ChatStream stream = ChatStream.of(source);

        GatewayException thrown = catchThrowableOfType(GatewayException.class, stream::response);

        assertThat(thrown.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        assertThat(thrown.provider()).isEqualTo("openai");
        ChatResponse partial = (ChatResponse) thrown.partial();
        assertThat(partial.text()).isEqualTo("hello");
        assertThat(partial.usage()).isEqualTo(TokenUsage.of(4, 1));
        assertThatThrownBy(stream::next).isSameAs(thrown);
        assertThat(source.closed).isEqualTo(1);
    }

    @Test
    void aFailureBeforeContentIsThrownAsItIs() {
        GatewayException broken = GatewayException.of(ErrorKind.OVERLOADED, "busy");
        ChatStream stream = ChatStream.of(ScriptedSource.failing(broken, new ChatEvent.Started("id", null)));

        assertThatThrownBy(stream::response).isSameAs(broken);
    }

    @Test
    void aPartialThatTheSourceGaveIsKept() {
        ChatResponse theirs = ChatResponse.of("theirs");
        GatewayException broken = GatewayException.builder(ErrorKind.STREAM_INTERRUPTED, "cut")
                .partial(theirs)
                .build();

        assertThatThrownBy(() ->
                        ChatStream.of(ScriptedSource.failing(broken, HELLO)).response())
                .isSameAs(broken);
    }

    @Test
    void closingFromAnotherThreadEndsAWaitingRead() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        ChatStream stream = ChatStream.of(new ChatEventSource() {
            @Override
            public @Nullable ChatEvent next() {
                reading.countDown();
                try {
                    closed.await();
                } catch (InterruptedException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
                throw GatewayException.of(ErrorKind.CONNECTION, "socket closed");
            }

            @Override
            public void close() {
                closed.countDown();
            }
        });
        CompletableFuture<@Nullable ChatEvent> read = CompletableFuture.supplyAsync(stream::next);
        assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();

        stream.close();

        assertThat(read)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        thrown -> assertThat(thrown.kind()).isEqualTo(ErrorKind.CANCELLED));
    }

    @Test
    void aSourceThatEndsBecauseItWasClosedIsNoCompleteAnswer() {
        ChatStream[] self = new ChatStream[1];
        self[0] = ChatStream.of(new ChatEventSource() {
            @Override
            public @Nullable ChatEvent next() {
                self[0].close();
                return null;
            }

            @Override
            public void close() {}
        });

        assertThatThrownBy(self[0]::next).hasMessage("stream is closed");
    }

    @Test
    void theTakerOfTheSourceClosesIt() {
        ScriptedSource source = ScriptedSource.of(HELLO);
        ChatStream stream = ChatStream.of(source);

        assertThat(stream.source()).isSameAs(source);
        stream.close();

        assertThat(source.closed).isZero();
        assertThatThrownBy(stream::next).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(stream::source).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theSourceCannotBeTakenOnceReadingHasBegun() {
        ChatStream stream = ChatStream.of(ScriptedSource.of(HELLO, STOP));
        stream.next();

        assertThatThrownBy(stream::source).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stream.map(source -> source)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aMappedStreamKeepsMapperAndRoute() {
        JsonMapper mapper = new JsonMapper() {
            @Override
            public Map<String, ?> schema(Type type) {
                return Map.of();
            }

            @Override
            public Object read(String json, Type type) {
                return json + "!";
            }

            @Override
            public String write(@Nullable Object value) {
                return String.valueOf(value);
            }
        };
        ScriptedSource inner = ScriptedSource.of(HELLO, STOP);
        ChatStream mapped = ChatStream.of(inner, mapper).withRoute(ROUTE).map(source -> new Upper(source));

        ChatResponse response = mapped.response();

        assertThat(response.as(String.class)).isEqualTo("HELLO!");
        assertThat(response.route()).isEqualTo(ROUTE);
        assertThat(inner.closed).isEqualTo(1);
    }

    @Test
    void aWrapperThatFailsLeavesNothingOpen() {
        ScriptedSource source = ScriptedSource.of(HELLO);

        assertThatThrownBy(() -> ChatStream.of(source).map(taken -> {
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(source.closed).isEqualTo(1);
    }

    @Test
    void aRouteMayBeAttachedWhileReading() {
        ChatStream stream = ChatStream.of(ScriptedSource.of(HELLO, WORLD, STOP));
        stream.next();

        ChatStream routed = stream.withRoute(ROUTE);

        assertThat(routed.route()).isEqualTo(ROUTE);
        assertThat(routed.response().route()).isEqualTo(ROUTE);
        assertThat(routed.text()).isEqualTo("hello world");
    }

    @Test
    void aReplayedResponseIsEqualWhateverItContains() {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("system_fingerprint", null);
        Citation citation = Citation.builder("page")
                .citedText("cited")
                .documentIndex(0)
                .start(1)
                .end(2)
                .build();
        ChatResponse response = ChatResponse.builder()
                .id("id")
                .model("gpt")
                .part(new ContentPart.Reasoning("because", "short", "sig", "enc", "anthropic"))
                .part(new ContentPart.Reasoning(null, null, null, "enc", null))
                .part(new ContentPart.Reasoning("", null, null, null, null))
                .part(new ContentPart.Text("one", List.of(citation)))
                .part(new ContentPart.Text("two"))
                .part(new ContentPart.Text(""))
                .part(new ContentPart.Text("", List.of(citation)))
                .part(new ToolCall("c1", "find", "{}", "sig", "gemini"))
                .part(new ToolCall("c1", "find", ""))
                .part(new ToolCall("", "", ""))
                .part(new ContentPart.Refusal("no"))
                .part(new ContentPart.Refusal(""))
                .part(new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1})))
                .part(new ContentPart.Raw("anthropic", Map.of("type", "server_tool_use")))
                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_use"))
                .usage(TokenUsage.builder().input(1).reasoning(0).build())
                .logprobs(new Logprobs(List.of(new Logprobs.Token("a", -1, List.of()))))
                .serviceTier("flex")
                .warning("w1")
                .warning("w2")
                .extra("system_fingerprint", null)
                .route(ROUTE)
                .build();

        ChatStream replay = ChatStream.replay(response);
        assertThat(replay.route()).isEqualTo(ROUTE);
        assertThat(replay.response()).isEqualTo(response);
        assertThat(ChatStream.replay(response).map(source -> source).response()).isEqualTo(response);
        assertThat(response.extra()).isEqualTo(extra);
    }

    @Test
    void anEmptyResponseIsReplayedToo() {
        ChatResponse empty = ChatResponse.builder().build();

        assertThat(ChatStream.replay(empty).response()).isEqualTo(empty);
    }

    private record Upper(ChatEventSource source) implements ChatEventSource {
        @Override
        public @Nullable ChatEvent next() {
            ChatEvent event = source.next();
            return event instanceof ChatEvent.TextDelta delta
                    ? new ChatEvent.TextDelta(delta.index(), delta.text().toUpperCase(java.util.Locale.ROOT))
                    : event;
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
