package dev.aigw.routing.route;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.client.ModelClient;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Decides whether the answer of a cheaper model is good enough. Safe for use by many threads. */
@FunctionalInterface
public interface Acceptance {

    /** Returns whether {@code answer} is good enough; its exceptions fail the call. */
    boolean accepts(ChatRequest question, ChatResponse answer);

    /** Accepts an answer that the model finished normally: not cut by length, filtered or refused. */
    static Acceptance finished() {
        return (question, answer) -> {
            FinishReason.Kind kind = answer.finishReason().kind();
            return kind == FinishReason.Kind.STOP || kind == FinishReason.Kind.TOOL_CALLS;
        };
    }

    /** Accepts an answer that can be read as {@code type}, such as a record whose compact constructor checks it. */
    static Acceptance readsAs(Class<?> type) {
        return (question, answer) -> {
            try {
                return answer.as(type) != null;
            } catch (GatewayException e) {
                if (e.kind() == ErrorKind.MALFORMED_RESPONSE) {
                    return false;
                }
                throw e;
            }
        };
    }

    /**
     * Accepts an answer whose tokens have at least this mean probability, from 0 to 1. The request must ask for
     * {@code topLogprobs}; an answer without log probabilities is not accepted.
     */
    static Acceptance confident(double meanProbability) {
        if (!(meanProbability > 0 && meanProbability < 1)) {
            throw new IllegalArgumentException(
                    "mean probability is " + meanProbability + ": use one between 0 and 1, such as 0.9");
        }
        return (question, answer) -> {
            Logprobs logprobs = answer.logprobs();
            List<Logprobs.Token> tokens = logprobs == null ? List.of() : logprobs.tokens();
            return !tokens.isEmpty()
                    && tokens.stream()
                                    .mapToDouble(token -> Math.exp(token.logprob()))
                                    .average()
                                    .orElse(0)
                            >= meanProbability;
        };
    }

    /**
     * Accepts an answer that another model judges to be good enough: it gets question, answer and {@code standard}, and
     * answers yes or no. The judge's calls are separate calls.
     *
     * @param client supplies the client that calls the judge, usually the router itself, which does not exist yet when
     *     this is set
     * @param model the judge
     * @param standard what a good answer must be, for example "correct and complete"
     */
    static Acceptance judge(Supplier<? extends ModelClient> client, String model, String standard) {
        return (question, answer) -> client.get()
                .chat(ChatRequest.builder(model)
                        .system("You judge answers. Reply with the one word yes if the answer is " + standard
                                + ", else with the one word no.")
                        .user("Question:\n" + question.lastUserText() + "\n\nAnswer:\n" + answer.text())
                        .build())
                .text()
                .strip()
                .toLowerCase(Locale.ROOT)
                .startsWith("yes");
    }

    /** Returns a test that accepts an answer if both accept it. */
    default Acceptance and(Acceptance other) {
        return (question, answer) -> accepts(question, answer) && other.accepts(question, answer);
    }
}
