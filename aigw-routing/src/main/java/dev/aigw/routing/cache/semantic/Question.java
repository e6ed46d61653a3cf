package dev.aigw.routing.cache.semantic;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request split into the wording of its last turn and everything else. Two questions are compared by meaning only if
 * everything else is equal, including the numbers in their wording: "in 3 days" and "in 5 days" have similar vectors
 * but different meanings.
 *
 * @param text the wording
 * @param others the request without the wording
 * @param rest everything but the wording, and the numbers in the wording
 */
record Question(String text, ChatRequest others, Object rest) {

    private record Rest(@Nullable Object identity, List<String> numbers) {}

    /**
     * Splits a request, or returns null if its meaning is not in one text.
     *
     * @param maximumTurns the most turns of the user
     * @param minimumWords the fewest words; shorter questions ("why?", "go on") mean too little
     * @param maximumChars the most characters; longer questions mean too much
     */
    static @Nullable Question of(ChatRequest request, int maximumTurns, int minimumWords, int maximumChars) {
        List<Message> messages = request.messages();
        Message last = messages.get(messages.size() - 1);
        if (last.role() != Message.Role.USER
                || last.parts().size() != 1
                || !(last.parts().get(0) instanceof ContentPart.Text)) {
            return null;
        }
        String text = last.text();
        long turns = messages.stream()
                .filter(message -> message.role() == Message.Role.USER)
                .count();
        if (turns > maximumTurns || text.length() > maximumChars || words(text) < minimumWords) {
            return null;
        }
        List<Message> others = new ArrayList<>(messages.subList(0, messages.size() - 1));
        others.add(Message.user("").withName(last.name()));
        ChatRequest withoutWording = request.toBuilder().messages(others).build();
        return new Question(text, withoutWording, new Rest(withoutWording.cacheIdentity(), numbers(text)));
    }

    private static int words(String text) {
        int words = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            boolean letter = Character.isLetterOrDigit(text.charAt(i));
            words += letter && !inside ? 1 : 0;
            inside = letter;
        }
        return words;
    }

    private static List<String> numbers(String text) {
        List<String> numbers = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            boolean digit = i < text.length() && Character.isDigit(text.charAt(i));
            if (digit && start < 0) {
                start = i;
            } else if (!digit && start >= 0) {
                numbers.add(text.substring(start, i));
                start = -1;
            }
        }
        return numbers;
    }

    @Override
    public String toString() {
        return "Question{" + text.length() + " characters}";
    }
}
