package dev.aigw.routing.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * A request that passes the same rules twice, as in a router behind another, is sent as if it had passed them once,
 * unless one step undoes another.
 */
class IdempotenceTest {

    @Property(tries = 1_000)
    void aRuleThatIsAppliedTwiceChangesNothingMore(
            @ForAll("steps") List<Consumer<TransformRule>> steps, @ForAll("requests") ChatRequest request) {
        TransformRule rule = new TransformRule("mine");
        steps.forEach(step -> step.accept(rule));

        ModelRequest once = applied(rule, request);

        assertThat(applied(rule, once)).isEqualTo(once);
    }

    private static ModelRequest applied(TransformRule rule, ModelRequest request) {
        ModelRequest changed = request;
        for (RequestEdit edit : rule.edits) {
            changed = edit.apply(changed, new HashSet<>());
        }
        return changed;
    }

    @Provide
    Arbitrary<List<Consumer<TransformRule>>> steps() {
        Arbitrary<Consumer<TransformRule>> system = Arbitraries.of(
                rule -> rule.appendSystem("a"),
                rule -> rule.appendSystem("b"),
                rule -> rule.prependSystem("c"),
                rule -> rule.prependSystem("d"),
                rule -> rule.answerIn(Locale.FRENCH));
        Arbitrary<Consumer<TransformRule>> temperature = Arbitraries.of(
                rule -> rule.byDefault(ChatParameter.TEMPERATURE, 0.5),
                rule -> rule.set(ChatParameter.TEMPERATURE, 0.1),
                rule -> rule.clamp(ChatParameter.TEMPERATURE, 0.2, 0.4),
                rule -> rule.drop(ChatParameter.TEMPERATURE));
        Arbitrary<Consumer<TransformRule>> stop = Arbitraries.of(
                rule -> rule.byDefault(ChatParameter.STOP, List.of("x")), rule -> rule.drop(ChatParameter.STOP));
        Arbitrary<Consumer<TransformRule>> extra = Arbitraries.of(
                rule -> rule.extraByDefault("one", 1),
                rule -> rule.setExtra("one", 2),
                rule -> rule.dropExtra("two"),
                rule -> rule.renameExtra("one", "two"));
        return Combinators.combine(system.list().ofMaxSize(4), temperature, stop, extra)
                .as((systems, one, two, three) -> {
                    List<Consumer<TransformRule>> steps = new ArrayList<>(systems);
                    steps.addAll(List.of(one, two, three));
                    return steps;
                });
    }

    @Provide
    Arbitrary<ChatRequest> requests() {
        return Combinators.combine(
                        Arbitraries.of("", "a", "c", "other"),
                        Arbitraries.doubles().between(0, 1).ofScale(1).injectNull(0.5),
                        Arbitraries.of("one", "two", "three"))
                .as((system, temperature, field) -> {
                    ChatRequest.Builder request = ChatRequest.builder("assistant");
                    if (!system.isEmpty()) {
                        request.system(system);
                    }
                    return request.user("hello")
                            .temperature(temperature)
                            .extra(field, 7)
                            .build();
                });
    }
}
