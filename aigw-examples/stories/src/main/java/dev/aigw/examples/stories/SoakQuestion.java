package dev.aigw.examples.stories;

import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import java.util.SplittableRandom;

/**
 * A question with exactly one right answer, which can be computed, so that the caller can tell whether a reply belongs
 * to another question, is truncated, or is put together wrongly. Every fifth is answered by a tool call.
 *
 * @param number the number of the question
 */
record SoakQuestion(int number) {

    private static final String[] WORDS = {"Größe", "naïve", "straße", "日本", "plain", "ünter", "🙂", "value"};

    static SoakQuestion of(String text) {
        return new SoakQuestion(Integer.parseInt(text.substring(text.indexOf('#') + 1)));
    }

    String text() {
        return "Please answer question #" + number;
    }

    ChatResponse answer() {
        SplittableRandom random = new SplittableRandom(number);
        StringBuilder words = new StringBuilder("ü").append(number);
        for (int left = random.nextInt(3, 40); left > 0; left--) {
            words.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
        }
        words.append(" =").append(Integer.toHexString(words.toString().hashCode()));
        if (number % 5 != 0) {
            return ChatResponse.of(words.toString());
        }
        return ChatResponse.builder()
                .part(new ToolCall("call_" + number, "look_up", "{\"words\":\"" + words + "\"}"))
                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
                .build();
    }

    /** Returns whether this is the answer, whole. */
    boolean isAnsweredBy(ChatResponse reply) {
        ChatResponse right = answer();
        return reply.text().equals(right.text()) && reply.toolCalls().equals(right.toolCalls());
    }

    /** Returns whether this is the beginning of the answer, or all of it. */
    boolean isBegunBy(ChatResponse partial) {
        ChatResponse right = answer();
        if (!right.text().startsWith(partial.text())
                || partial.toolCalls().size() > right.toolCalls().size()) {
            return false;
        }
        return partial.toolCalls().isEmpty()
                || right.toolCalls()
                        .get(0)
                        .arguments()
                        .startsWith(partial.toolCalls().get(0).arguments());
    }
}
