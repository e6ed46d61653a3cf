package dev.aigw.api.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ModelCard;
import dev.aigw.api.WireFacts;
import dev.aigw.api.WireFacts.Parameter;
import dev.aigw.api.chat.ReasoningEffort.Level;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ModelFitTest {

    private static ModelCard card(WireFacts.Builder facts) {
        return ModelCard.builder().wire(facts.build()).build();
    }

    private static ChatRequest.Builder request() {
        return ChatRequest.builder("m").user("hi");
    }

    private static ChatRequest full() {
        return request()
                .temperature(0.5)
                .topP(0.9)
                .topK(5)
                .seed(7)
                .frequencyPenalty(0.1)
                .presencePenalty(0.1)
                .parallelToolCalls(true)
                .stop("end")
                .topLogprobs(2)
                .tool(ToolSpec.function("f", "does it", Map.of()))
                .toolChoice(ToolChoice.REQUIRED)
                .assistant("It is")
                .build();
    }

    @Test
    void aModelWithoutFactsTakesTheRequestItself() {
        ChatRequest request = full();

        assertThat(ModelFit.of(request, ModelCard.UNKNOWN).request()).isSameAs(request);
    }

    @Test
    void aPrefillIsTheTextOfTheAssistantAtTheEndAndNothingElse() {
        ModelCard card = card(WireFacts.builder().refuses(Parameter.PREFILL));
        ChatRequest asked = request().build();
        ChatRequest begun = request().assistant("It").assistant("is").build();
        ChatRequest hinted = request()
                .message(Message.of(
                        Message.Role.ASSISTANT, List.of(new ContentPart.Text("It"), ContentPart.CacheHint.SHORT)))
                .build();
        ChatRequest called = request()
                .message(Message.of(Message.Role.ASSISTANT, List.of(new ToolCall("c1", "f", "{}"))))
                .build();
        ChatRequest alone = ChatRequest.builder("m").assistant("hello").build();

        assertThat(ModelFit.of(begun, card).refused()).containsExactly(Parameter.PREFILL);
        assertThat(ModelFit.of(hinted, card).refused()).containsExactly(Parameter.PREFILL);
        assertThat(ModelFit.of(begun, card).without(Parameter.PREFILL).request())
                .isEqualTo(asked);
        assertThat(List.of(asked, called, alone))
                .allSatisfy(request ->
                        assertThat(ModelFit.of(request, card).refused()).isEmpty());
    }

    @ParameterizedTest
    @EnumSource(
            names = {"REASONING_BUDGET", "REASONING_LEVEL"},
            mode = EnumSource.Mode.EXCLUDE)
    void whatAModelRefusesIsLeftOutOrRefusedAndNothingElseChanges(Parameter parameter) {
        ModelFit fit = ModelFit.of(full(), card(WireFacts.builder().refuses(parameter)));

        if (parameter.isEssential()) {
            assertThat(fit.refused()).containsExactly(parameter);
            assertThat(fit.request()).isEqualTo(full());
            assertThat(fit.changes()).isEmpty();
            assertThat(fit.explain()).singleElement().asString().startsWith("refuses " + parameter.id());
            fit = fit.without(parameter);
        } else {
            assertThat(fit.changes()).singleElement().asString().contains(parameter.id());
        }
        assertThat(fit.refused()).isEmpty();
        assertThat(fit.request()).isEqualTo(ModelFit.without(full(), parameter)).isNotEqualTo(full());
    }

    @Test
    void whatIsNotInTheRequestCausesNoWarning() {
        ModelFit fit = ModelFit.of(request().build(), card(WireFacts.builder().refuses(Parameter.values())));

        assertThat(fit.changes()).isEmpty();
        assertThat(fit.refused()).isEmpty();
    }

    @Test
    void aFreeToolChoiceIsNotForced() {
        ChatRequest request = request()
                .tool(ToolSpec.function("f", "does it", Map.of()))
                .toolChoice(ToolChoice.AUTO)
                .build();

        assertThat(ModelFit.of(request, card(WireFacts.builder().refuses(Parameter.FORCED_TOOLS)))
                        .refused())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // reasons by default, level asked for, whether the temperature is left out
        "true, , true",
        "false, , false",
        ", , true",
        "true, NONE, false",
        "false, LOW, true",
    })
    void samplingIsLeftOutWhileTheModelReasons(Boolean byDefault, Level level, boolean leftOut) {
        WireFacts.Builder facts = WireFacts.builder().refusesWhileReasoning(Parameter.TEMPERATURE);
        if (byDefault != null) {
            facts.reasonsByDefault(byDefault);
        }
        ChatRequest request = request()
                .temperature(0.5)
                .reasoning(level == null ? null : ReasoningEffort.of(level))
                .build();

        ModelFit fit = ModelFit.of(request, card(facts));

        assertThat(fit.request().sampling().temperature() == null).isEqualTo(leftOut);
        assertThat(fit.changes()).hasSize(leftOut ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        // known, asked, sent
        "low medium high, NONE, LOW",
        "low medium high, MINIMAL, LOW",
        "low medium high, XHIGH, HIGH",
        "low medium high, MAX, HIGH",
        "low medium high, MEDIUM, MEDIUM",
        "none low high, MEDIUM, LOW",
        "none low high, MINIMAL, LOW",
        "none low high, NONE, NONE",
        "minimal low, HIGH, LOW",
    })
    void aLevelBecomesTheNearestKnownOne(String known, Level asked, Level sent) {
        WireFacts.Builder facts = WireFacts.builder().efforts(known.split(" "));
        ChatRequest request = request().reasoning(ReasoningEffort.of(asked)).build();

        ModelFit fit = ModelFit.of(request, card(facts));

        assertThat(fit.request().reasoning()).isEqualTo(ReasoningEffort.of(sent));
        assertThat(fit.changes()).hasSize(asked == sent ? 0 : 1);
    }

    @Test
    void aWordThatTurnsReasoningOffKeepsTheLevelNone() {
        WireFacts.Builder facts = WireFacts.builder().efforts("low", "high").reasoningOff("between_tools");
        ChatRequest request =
                request().reasoning(ReasoningEffort.of(Level.NONE)).build();

        assertThat(ModelFit.of(request, card(facts)).request()).isEqualTo(request);
    }

    @Test
    void aBudgetBecomesALevelWhereTheModelTakesNone() {
        WireFacts.Builder facts =
                WireFacts.builder().refuses(Parameter.REASONING_BUDGET).efforts("low", "high");
        ChatRequest request = request().reasoning(ReasoningEffort.budget(5000)).build();

        ModelFit fit = ModelFit.of(request, card(facts));

        assertThat(fit.request().reasoning()).isEqualTo(ReasoningEffort.of(Level.LOW));
        assertThat(fit.changes()).containsExactly("takes no reasoning budget: it was sent the level LOW");
    }

    @ParameterizedTest
    @EnumSource
    void aLevelBecomesABudgetWhereTheModelTakesNoLevels(Level level) {
        WireFacts.Builder facts = WireFacts.builder().refuses(Parameter.REASONING_LEVEL);
        ChatRequest request = request().reasoning(ReasoningEffort.of(level)).build();

        Integer budget = Objects.requireNonNull(
                        ModelFit.of(request, card(facts)).request().reasoning())
                .budgetTokens();

        assertThat(budget).isEqualTo(ModelFit.budget(level));
        if (level.compareTo(Level.MAX) < 0 && level != Level.MINIMAL && level != Level.XHIGH) {
            assertThat(ModelFit.level(Objects.requireNonNull(budget))).isEqualTo(level);
        }
    }

    @Test
    void factsOfOneCardFillTheGapsOfAnother() {
        WireFacts one =
                WireFacts.builder().toolEndpoint("responses").efforts("low").build();
        WireFacts other = WireFacts.builder()
                .endpoint("chat")
                .efforts("high")
                .refuses(Parameter.SEED)
                .build();

        WireFacts both = one.orElse(other);

        assertThat(both.endpoint(true)).isEqualTo("responses");
        assertThat(both.endpoint(false)).isEqualTo("chat");
        assertThat(both.efforts()).containsExactly("low");
        assertThat(both.refuses(Parameter.SEED, false)).isTrue();
        assertThat(WireFacts.UNKNOWN.orElse(one)).isEqualTo(one);
    }

    @Test
    void aModelThatTakesNeitherLevelsNorBudgetsGetsNone() {
        ModelCard card = ModelCard.builder()
                .wire(WireFacts.builder()
                        .refuses(Parameter.REASONING_BUDGET, Parameter.REASONING_LEVEL)
                        .build())
                .build();
        for (ReasoningEffort effort : List.of(ReasoningEffort.budget(99), ReasoningEffort.of(Level.LOW))) {
            ModelFit fit = ModelFit.of(
                    ChatRequest.builder("m").user("x").reasoning(effort).build(), card);
            assertThat(fit.request().reasoning()).isNull();
            assertThat(fit.changes()).containsExactly("takes no setting of reasoning: it was left out");
        }
    }

    @Test
    void anEndpointChosenForADeploymentIsThatOfToolsToo() {
        WireFacts card =
                WireFacts.builder().endpoint("chat").toolEndpoint("responses").build();
        WireFacts own = WireFacts.builder().endpoint("messages").build();
        assertThat(own.orElse(card).endpoint(true)).isEqualTo("messages");
        assertThat(WireFacts.builder()
                        .reasonsByDefault(true)
                        .build()
                        .orElse(card)
                        .endpoint(true))
                .isEqualTo("responses");
        assertThat(WireFacts.builder()
                        .toolEndpoint("messages")
                        .build()
                        .orElse(card)
                        .endpoint(false))
                .isEqualTo("chat");
    }

    @Test
    void aParameterThatDoesNotExistIsNamedWithThoseThatDo() {
        assertThatThrownBy(() -> Parameter.of("heat"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("heat")
                .hasMessageContaining("temperature");
    }
}
