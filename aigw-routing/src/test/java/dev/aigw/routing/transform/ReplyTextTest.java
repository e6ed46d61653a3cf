package dev.aigw.routing.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.cache.Caches;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplyTextTest extends RouterHarness {

    ReplyTextTest() {
        super(3);
    }

    private ModelRouter router(FakeProvider fake, TextMapping mapping) {
        return builder(fake, mapping).build();
    }

    private ModelRouter.Builder builder(FakeProvider fake, TextMapping mapping) {
        return builder(fake)
                .model("assistant", model -> model.deployment("fake/one"))
                .transforms(Transforms.builder()
                        .rule("mine", rule -> rule.replyText(mapping))
                        .build());
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aMappingSeesAllTextHoweverItIsAskedFor(Way way) {
        FakeProvider fake = fake().chunks("Dear ", "AC", "ME an", "d AC", "M").build();
        for (TextMapping mapping :
                List.of(TextMapping.replace("ACME", "Kiln"), TextMapping.whole(text -> text.replace("ACME", "Kiln")))) {
            try (ModelRouter router = router(fake, mapping)) {
                ChatResponse reply = way.chat(router, "assistant");

                assertThat(reply.text()).isEqualTo("Dear Kiln and ACM");
                assertThat(reply.route().warnings()).isEmpty();
                settled(router, fake);
            }
        }
    }

    @Test
    void aStreamHoldsBackOnlyWhatMayBeTheText() {
        FakeProvider fake = fake().chunks("one A", "B two ", "three").build();
        try (ModelRouter router = router(fake, TextMapping.replace("ABC", "x"));
                ChatStream stream = router.stream(ChatRequest.of("assistant", "hello"))) {
            assertThat(texts(stream)).containsExactly("one ", "AB two ", "three");
        }
    }

    @Test
    void aMappingOfTheWholeTextDeliversItAtTheEnd() {
        FakeProvider fake = fake().chunks("a", "b", "c").build();
        try (ModelRouter router = router(fake, TextMapping.whole(text -> "<" + text + ">"));
                ChatStream stream = router.stream(ChatRequest.of("assistant", "hello"))) {
            assertThat(texts(stream)).containsExactly("<abc>");
            assertThat(stream.response().finishReason()).isEqualTo(FinishReason.STOP);
        }
    }

    @Test
    void aMappingOfPiecesKeepsThem() {
        FakeProvider fake = fake().chunks("a", "b").build();
        try (ModelRouter router = router(fake, TextMapping.pieces(text -> text.toUpperCase(Locale.ROOT)));
                ChatStream stream = router.stream(ChatRequest.of("assistant", "hello"))) {
            assertThat(texts(stream)).containsExactly("A", "B");
        }
    }

    private static List<String> texts(ChatStream stream) {
        List<String> texts = new ArrayList<>();
        for (ChatEvent event : stream) {
            if (event instanceof ChatEvent.TextDelta delta) {
                texts.add(delta.text());
            }
        }
        return texts;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void otherPartsStayAndLogprobsAreLeftOut(Way way) {
        Logprobs logprobs = new Logprobs(List.of(new Logprobs.Token("x", -0.1, List.of())));
        FakeProvider fake = fake().stream(
                        new ChatEvent.ReasoningDelta(0, "x", false),
                        new ChatEvent.PartEnded(0),
                        new ChatEvent.PartStarted(1, new ContentPart.Text("x")),
                        new ChatEvent.TextDelta(1, "x"),
                        new ChatEvent.LogprobsAdded(logprobs),
                        new ChatEvent.ToolCallStarted(2, "c", "x"),
                        new ChatEvent.ToolArgumentsDelta(2, "{\"x\":1}"),
                        new ChatEvent.TextDelta(3, "xx"),
                        new ChatEvent.Finished(FinishReason.STOP))
                .build();
        try (ModelRouter router = router(fake, TextMapping.replace("x", "y"))) {
            ChatResponse reply = way.chat(router, "assistant");

            assertThat(reply.reasoning()).isEqualTo("x");
            assertThat(reply.toolCalls().get(0).arguments()).isEqualTo("{\"x\":1}");
            assertThat(reply.text()).isEqualTo("yyyy");
            assertThat(reply.logprobs()).isNull();
        }
    }

    @Test
    void whatArrivedBeforeAFailureIsMappedToo() {
        FakeProvider fake = fake().streamThenFail(ErrorKind.CONNECTION, new ChatEvent.TextDelta(0, "a secret and mo"))
                .build();
        try (ModelRouter router = builder(fake, TextMapping.replace("secret", "***"))
                        .streamRecovery(StreamRecovery.FAIL)
                        .build();
                ChatStream stream = router.stream(ChatRequest.of("assistant", "hello"))) {
            GatewayException failure = failure(stream::response);

            assertThat(failure.partial())
                    .isInstanceOfSatisfying(
                            ChatResponse.class,
                            partial -> assertThat(partial.text()).isEqualTo("a *** and mo"));
        }
    }

    @Test
    void aStoredReplyIsMappedEachTime() {
        FakeProvider fake = fake().reply("x").build();
        try (ModelRouter router = builder(fake, TextMapping.whole(text -> text + "!"))
                .cache(Caches.inMemory().maximumEntries(10).build())
                .build()) {
            assertThat(router.chat("assistant", "hello").text()).isEqualTo("x!");
            assertThat(router.chat("assistant", "hello").text()).isEqualTo("x!");
            try (ChatStream stream = router.stream(ChatRequest.of("assistant", "hello"))) {
                assertThat(stream.response().text()).isEqualTo("x!");
            }
            assertThat(fake.attempts()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aFunctionThatFailsIsNamedAndClosesTheStream(Way way) {
        FakeProvider fake = fake().reply("secret").build();
        try (ModelRouter router = router(fake, TextMapping.whole(text -> {
            throw new IllegalStateException("secret");
        }))) {
            GatewayException failure =
                    failure(() -> way.chat(router, ChatRequest.of("assistant", "x"), CallOptions.DEFAULT));

            assertThat(failure).hasMessage("rule \"mine\": its change of the reply failed with IllegalStateException");
            settled(router, fake);
        }
    }

    @Test
    void aMappingSaysWhatIsWrongWithIt() {
        assertThatThrownBy(() -> TextMapping.replace("", "x")).hasMessageContaining("give at least one character");
    }

    @Property(tries = 1_000)
    void replacingIsTheSameHoweverTheTextIsCut(
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(min = 1, max = 4) String search,
            @ForAll @Size(max = 12) List<@CharRange(from = 'a', to = 'c') @StringLength(max = 5) String> cut) {
        TextMapping.Pieces pieces = TextMapping.replace(search, "-").start();
        StringBuilder out = new StringBuilder();
        cut.forEach(piece -> out.append(pieces.next(piece)));

        assertThat(out + pieces.end()).isEqualTo(String.join("", cut).replace(search, "-"));
    }
}
