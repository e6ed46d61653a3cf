package dev.aigw.api.chat;

import java.util.List;

/**
 * How likely the model held each token of its answer.
 *
 * @param tokens one entry a token, in order
 */
public record Logprobs(List<Token> tokens) {

    /** Copies the list. */
    public Logprobs {
        tokens = List.copyOf(tokens);
    }

    /**
     * A token and its likeliest rivals.
     *
     * @param token its text
     * @param logprob the natural logarithm of its probability
     * @param top the likeliest tokens at this place, possibly none; theirs are empty
     */
    public record Token(String token, double logprob, List<Token> top) {
        /** Copies the list. */
        public Token {
            top = List.copyOf(top);
        }
    }
}
