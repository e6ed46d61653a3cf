package dev.aigw.providers.fake.assertj;

import static dev.aigw.providers.fake.assertj.FakeAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FakeAssertionsTest {

    private static final ChatRequest WEATHER = ChatRequest.builder("big")
            .system("Be brief.")
            .user("How is the weather?")
            .tool(ToolSpec.function("weather", "the weather", Map.of("type", "object")))
            .build();

    private final FakeProvider fake = FakeProvider.builder("fake")
            .reply(ChatResponse.of("fine").toBuilder()
                    .usage(TokenUsage.of(100, 10))
                    .build())
            .build();

    private void ask(ChatRequest request) {
        fake.call(
                ChatRequest.CHAT,
                request,
                AttemptContext.builder(request.model()).build());
    }

    @Test
    void whatIsTrueHolds() {
        assertThat(fake).wasNotAsked().wasAskedOnlyFor().costsLessThan(Price.usdPerMillion("1", "1"), "0.01");
        ask(WEATHER);
        ask(ChatRequest.of("small", "Hi"));
        ask(WEATHER);

        assertThat(fake)
                .wasAsked(3)
                .wasAskedFor("big", 2)
                .wasAskedFor("other", 0)
                .wasAskedOnlyFor("small", "big")
                .hasNoOpenStreams()
                .servedAtMost(330)
                .costsLessThan(Price.usdPerMillion("1", "1"), "0.00034");
        assertThat(fake)
                .lastChat()
                .hasUserText("How is the weather?")
                .hasSystemText("Be brief.")
                .hasTextContaining("brief")
                .hasNoTextContaining("secret")
                .hasMessages(2)
                .offersTools("weather");
        assertThat(ChatRequest.of("m", "Hi")).offersTools();
        assertThat(fake.attempts()).hasSize(3); // AssertJ's own beside it
    }

    @Test
    void whatIsNotTrueFailsWithWhatWasAsked() {
        ask(WEATHER);
        fake.call(
                EmbeddingRequest.EMBED,
                EmbeddingRequest.of("vectors", "x"),
                AttemptContext.builder("vectors").build());

        assertThatThrownBy(() -> assertThat(fake).wasAsked(1))
                .isInstanceOf(AssertionError.class)
                .hasMessage("""
                        Expecting fake to be asked once, but it was asked 2 times:
                          1. chat of big: "How is the weather?" with tools [weather]
                          2. embed of vectors""");
        assertThatThrownBy(() -> assertThat(fake).wasNotAsked()).hasMessageContaining("to be asked never");
        assertThatThrownBy(() -> assertThat(fake).as("the router").wasAskedFor("small", 1))
                .hasMessageStartingWith(
                        "[the router] Expecting fake to be asked once for small, but it was asked never")
                .hasMessageContaining("1. chat of big");
        assertThatThrownBy(() -> assertThat(fake).wasAskedOnlyFor("big"))
                .hasMessageContaining("[big] and nothing else")
                .hasMessageContaining("2. embed of vectors");
        assertThatThrownBy(() -> assertThat(fake).servedAtMost(50)).hasMessageContaining("at most 50 tokens");
        assertThatThrownBy(() -> assertThat(fake).costsLessThan(Price.usdPerMillion("1", "1"), "0.00001"))
                .hasMessageContaining("less than 0.00001, but the cost is 0.000111 USD");
        assertThatThrownBy(() -> assertThat(fake).lastChat().hasUserText("Hi"))
                .hasMessageContaining("Expecting the last user message to be Hi, in")
                .hasMessageContaining("1. \"Be brief.\" of SYSTEM")
                .hasMessageContaining("2. \"How is the weather?\" of USER");
        assertThatThrownBy(() -> assertThat(fake).lastChat().offersTools("clock"))
                .hasMessageContaining("tools [clock]")
                .hasMessageContaining("[weather]");
        assertThatThrownBy(() -> assertThat(fake).lastChat().hasNoTextContaining("weather"))
                .hasMessageContaining("no message that contains \"weather\"");
        assertThatThrownBy(() -> assertThat(fake).lastChat().hasTextContaining("snow"))
                .hasMessageContaining("a message that contains \"snow\"");
        assertThatThrownBy(() -> assertThat(fake).lastChat().hasSystemText("Be long."))
                .hasMessageContaining("instructions to be \"Be long.\"");
        assertThatThrownBy(() -> assertThat(fake).lastChat().hasMessages(1)).hasMessageContaining("1 messages, in");
        assertThatThrownBy(() -> assertThat((FakeProvider) null).wasNotAsked()).isInstanceOf(AssertionError.class);
    }

    @Test
    void anOpenStreamIsFound() {
        FakeProvider quiet =
                FakeProvider.builder("quiet").reply(ChatResponse.of("fine")).build();
        assertThatThrownBy(() -> assertThat(quiet).lastChat()).hasMessageContaining("nothing");
        try (ChatStream stream = quiet.call(
                ChatRequest.CHAT_STREAM, WEATHER, AttemptContext.builder("big").build())) {
            assertThatThrownBy(() -> assertThat(quiet).hasNoOpenStreams())
                    .hasMessageContaining("1 is still open")
                    .hasMessageContaining("chat_stream of big");
            stream.response();
        }
        assertThat(quiet).hasNoOpenStreams();
        assertThatThrownBy(() -> assertThat(quiet).costsLessThan(Price.usdPerMillion("1", "1"), "1"))
                .hasMessageContaining("unknown (give its replies a usage)");
    }

    @Test
    void aServerIsAssertedLikewise() throws InterruptedException {
        try (FaultServer server = FaultServer.start();
                OpenAiAdapter adapter = OpenAiAdapter.builder()
                        .apiKey("k")
                        .baseUrl(server.baseUrl())
                        .build()) {
            assertThat(server).wasNotAsked().hasNoOpenConnections();
            adapter.call(
                    ChatRequest.CHAT,
                    ChatRequest.of("big", "Hi"),
                    AttemptContext.builder("big").build());

            assertThat(server).wasAsked(1).wasAskedFor("big", 1).wasLastAsked("Hi");
            assertThatThrownBy(() -> assertThat(server).wasNotAsked())
                    .hasMessageContaining("asked once")
                    .hasMessageContaining("1. /v1/chat/completions of big: \"Hi\"");
            assertThatThrownBy(() -> assertThat(server).wasAskedFor("small", 2)).hasMessageContaining("never for it");
            assertThatThrownBy(() -> assertThat(server).wasLastAsked("Bye")).hasMessageContaining("Bye last");
        }
    }

    @Test
    void aLedgerIsAssertedToo() {
        UsageLedger ledger = new UsageLedger(List.of(new UsageLedger.Row(
                "m",
                "fake/a",
                Caller.ANONYMOUS,
                UsageLedger.Sum.builder()
                        .attempts(2)
                        .usage(TokenUsage.of(100, 10))
                        .cost(Cost.usd(new BigDecimal("0.02")))
                        .build())));

        assertThat(ledger).costsLessThan("0.021").usedAtMost(110).hasAttempts(2);
        assertThat(UsageLedger.EMPTY).costsLessThan("0.01");
        assertThatThrownBy(() -> assertThat(ledger).costsLessThan("0.02"))
                .hasMessageContaining("less than 0.02, but it is 0.02 USD")
                .hasMessageContaining("1. fake/a: 2 attempts, 110 tokens, 0.02 USD");
        assertThatThrownBy(() -> assertThat(ledger).usedAtMost(109)).hasMessageContaining("110 were used");
        assertThatThrownBy(() -> assertThat(ledger).hasAttempts(1))
                .hasMessageContaining("1 attempts, but there were 2");
    }
}
