package dev.aigw.routing.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.api.guard.GuardFinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What is masked comes back whole, whatever the text, the pieces and the case. */
class MaskingPropertiesTest {

    private static final List<String> VALUES =
            List.of("ada@example.org", "+44 20 7946 0018", "O\"Neil\\", "Ада", "four\nlines", "[x]", "A_B*c");

    private static String masked(String text, Masks masks, boolean json) {
        Edits edits = new Edits();
        for (int i = 0; i < VALUES.size(); i++) {
            String value = json ? JsonStrings.escaped(VALUES.get(i)) : VALUES.get(i);
            for (int at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length())) {
                edits.add(
                        GuardFinding.mask(0, at, at + value.length(), "v", 1, "[VALUE_" + (char) ('A' + i) + "7Q2K]"),
                        text.length());
            }
        }
        return edits.apply(text, json, masks);
    }

    private static String text(Random random, boolean json) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            switch (random.nextInt(4)) {
                case 0 ->
                    text.append(
                            json
                                    ? JsonStrings.escaped(VALUES.get(random.nextInt(VALUES.size())))
                                    : VALUES.get(random.nextInt(VALUES.size())));
                case 1 -> text.append("[VALUE_").append(random.nextInt(10));
                case 2 -> text.append(" ]\u200b[ ".charAt(random.nextInt(5)));
                default ->
                    text.append(' ').append((char) ('a' + random.nextInt(26))).append(' ');
            }
        }
        return text.toString();
    }

    @Property(tries = 3_000)
    void maskedEchoedInPiecesAndInAnyCaseTheTextComesBack(@ForAll long seed, @ForAll boolean json) {
        Random random = new Random(seed);
        String text = text(random, json);
        Masks masks = new Masks();
        String masked = masked(text, masks, json);
        for (String value : VALUES) {
            if (value.length() > 4) {
                assertThat(masked).doesNotContain(json ? JsonStrings.escaped(value) : value);
            }
        }
        String echoed = random.nextBoolean() ? masked : recased(masked, random);
        Restorer restorer = new Restorer(masks, json);
        StringBuilder restored = new StringBuilder();
        for (int at = 0; at < echoed.length(); ) {
            int end = Math.min(echoed.length(), at + 1 + random.nextInt(5));
            restored.append(restorer.add(echoed.substring(at, end)));
            at = end;
        }
        restored.append(restorer.finish());

        assertThat(restored.toString()).isEqualTo(text);
        assertThat(masks.restored(echoed, json)).isEqualTo(text);
    }

    /** Changes the case of tokens only, as a model does. */
    private static String recased(String masked, Random random) {
        String changed = masked;
        for (int i = 0; i < VALUES.size(); i++) {
            String token = "[VALUE_" + (char) ('A' + i) + "7Q2K]";
            changed = changed.replace(
                    token, random.nextBoolean() ? token.toLowerCase(Locale.ROOT) : "[Value_" + token.substring(7));
        }
        return changed;
    }

    @Test
    void aTokenIsRestoredWithoutItsBracketsAndWithMarkdownsAndUrlsEscapes() {
        Masks masks = new Masks();
        masks.add("ada@example.org", "[EMAIL_7Q2K]");

        assertThat(masks.restored(
                        "EMAIL_7Q2K, \\[EMAIL\\_7Q2K\\], [EMAIL\\_7Q2K], %5BEMAIL_7Q2K%5D, **email_7q2k**", false))
                .isEqualTo("ada@example.org, ada@example.org, ada@example.org, ada@example.org, **ada@example.org**");
        assertThat(masks.restored("XEMAIL_7Q2K EMAIL_7Q2KX EMAIL_7Q2", false))
                .isEqualTo("XEMAIL_7Q2K EMAIL_7Q2KX EMAIL_7Q2");
    }

    @Property(tries = 300)
    void theMaskedPrefixOfAConversationIsEqualOnEveryTurn(@ForAll @Size(min = 1, max = 6) List<Long> turns) {
        List<Message> messages = new ArrayList<>();
        List<Message> before = List.of();
        for (long turn : turns) {
            messages.add(Message.user(text(new Random(turn), false)));
            ChatRequest request = ChatRequest.builder("m").messages(messages).build();
            Masks masks = new Masks();
            List<Message> sent = new ArrayList<>();
            for (Message message : request.messages()) {
                sent.add(Message.user(masked(message.text(), masks, false)));
            }
            assertThat(sent.subList(0, before.size())).isEqualTo(before);
            before = sent;
            messages.add(Message.assistant("answer " + turn));
            before = new ArrayList<>(before);
            before.add(Message.user(masked("answer " + turn, masks, false)));
        }
    }
}
