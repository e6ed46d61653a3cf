package dev.aigw.api.chat;

import java.util.List;

/**
 * The log probabilities of the tokens of an answer.
 *
 * @param tokens one entry per token, in order
 */
public record Logprobs(List<Token> tokens) {

    /** Copies the list. */
    public Logprobs {
        tokens = List.copyOf(tokens);
    }

    /**
     * A token and the most likely alternatives.
     *
     * @param token its text
     * @param logprob the natural logarithm of its probability
     * @param top the most likely tokens at this position, possibly none; their own lists are empty
     */
    public record Token(String token, double logprob, List<Token> top) {
        /** Copies the list. */
        public Token {
            top = List.copyOf(top);
        }
    }
}
