package dev.aigw.routing.cache.semantic;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request taken apart: the wording of its last turn, and everything else. Two questions are compared by meaning only
 * when everything else is equal, and so are the numbers in their wording: "in 3 days" and "in 5 days" lie close
 * together, and mean other things.
 *
 * @param text the wording
 * @param rest all but the wording, with the numbers in it
 */
record Question(String text, Object rest) {

    private record Rest(@Nullable Object identity, List<String> numbers) {}

    /**
     * Takes a request apart, or returns null when its meaning does not lie in one text.
     *
     * @param maximumTurns how many turns of the user it may have
     * @param minimumWords shorter ones ("why?", "go on") mean too little
     * @param maximumChars longer ones mean too much
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
        return new Question(
                text, new Rest(request.toBuilder().messages(others).build().cacheIdentity(), numbers(text)));
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
