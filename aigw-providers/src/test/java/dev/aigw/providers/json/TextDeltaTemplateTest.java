package dev.aigw.providers.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TextDeltaTemplateTest {

    private static final List<String> FIXTURES = List.of(
            "{\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]}",
            "{\"id\": \"1\", \"choices\": [{\"index\": 0, \"delta\": {\"content\": \"%s\"}, \"logprobs\": null}]}",
            "{\"choices\":[{\"delta\":{\"content\":\"%s\"}}],\"obfuscation\":\"abc\"}",
            "{\"obfuscation\":\"q\",\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}",
            "{\"content\":\"decoy\",\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}",
            "{\"x\":\"content\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"%s\"}}],\"content\":1}",
            "{\"choices\":[{\"delta\":{\"cont\\u0065nt\":\"%s\"}}],\"content\":\"a\"}");
    private static final String[] TEXTS = {"a", " the", "Grüß", "\uD83D\uDE00", "x\\\"y", "\\n", "", "日本", "a b c"};

    @Test
    void theNextEventOfTheSameShapeMatches() throws IOException {
        for (String fixture : FIXTURES.subList(0, 3)) {
            TextDeltaTemplate template = new TextDeltaTemplate("content");
            assertThat(match(template, fixture.formatted("one"))).isNull();
            learn(template, fixture.formatted("one"));
            assertThat(match(template, fixture.formatted(" two"))).isEqualTo(" two");
            assertThat(match(template, fixture.formatted("Grüß \uD83D\uDE00"))).isEqualTo("Grüß \uD83D\uDE00");
            assertThat(match(template, fixture.formatted(""))).isNull();
            assertThat(match(template, fixture.formatted("a\\n"))).isNull();
            assertThat(match(template, fixture.formatted("a\tb"))).isNull();
            assertThat(match(template, fixture.formatted("a") + " ")).isNull();
        }
    }

    @Test
    void fillerOfAnyLengthMatches() throws IOException {
        TextDeltaTemplate template = new TextDeltaTemplate("content");
        learn(template, FIXTURES.get(2).formatted("one"));
        assertThat(match(template, FIXTURES.get(2).formatted("two").replace("abc", "d4Fg7")))
                .isEqualTo("two");
        assertThat(match(template, FIXTURES.get(2).formatted("two").replace("abc", "")))
                .isEqualTo("two");
        assertThat(match(template, FIXTURES.get(2).formatted("two").replace("abc", "\\u0061")))
                .isNull();
    }

    @Test
    void fillerHasTheNameTheVendorGivesIt() {
        TextDeltaTemplate template = new TextDeltaTemplate("text", "p", null);
        byte[] learned = "{\"delta\":{\"text\":\"one\"},\"p\":\"abc\"}".getBytes(StandardCharsets.UTF_8);
        template.learn(learned, 0, learned.length, 3, "one");
        assertThat(match(template, "{\"delta\":{\"text\":\"two\"},\"p\":\"abcdefgh\"}"))
                .isEqualTo("two");
        assertThat(template.index()).isEqualTo(3);
        assertThat(match(template, "{\"delta\":{\"text\":\"two\"},\"q\":\"abc\"}"))
                .isNull();
    }

    @Test
    void numbersDifferWithinTheLooseValueOnly() {
        TextDeltaTemplate template = new TextDeltaTemplate("text", null, "usage");
        String event =
                "{\"n\":1,\"text\":\"%s\",\"usage\":{\"in\":12,\"details\":[{\"kind\":\"A1\",\"of\":0.5}]},\"m\":2}";
        byte[] learned = event.formatted("one").getBytes(StandardCharsets.UTF_8);
        template.learn(learned, 0, learned.length, 0, "one");

        String other = event.formatted("two").replace("12", "3456").replace("0.5", "7.25");
        assertThat(match(template, other)).isEqualTo("two");
        assertThat(("xx" + other).substring(template.looseOffset(), template.looseOffset() + template.looseLength()))
                .isEqualTo("{\"in\":3456,\"details\":[{\"kind\":\"A1\",\"of\":7.25}]}");
        assertThat(match(template, event.formatted("two").replace("12", "012"))).isNull();
        assertThat(match(template, event.formatted("two").replace("12", "-12"))).isNull();
        assertThat(match(template, event.formatted("two").replace("12", "9".repeat(30))))
                .isNull();
        assertThat(match(template, event.formatted("two").replace("12", ""))).isNull();
        assertThat(match(template, event.formatted("two").replace("\"n\":1", "\"n\":2")))
                .isNull();

        template.forget();
        assertThat(match(template, event.formatted("two"))).isNull();
    }

    @Test
    void aTimeMayHaveZerosBeforeItsNumbers() {
        TextDeltaTemplate template = new TextDeltaTemplate("text", null, "at");
        String event = "{\"at\":\"2026-11-26T01:59:%sZ\",\"text\":\"x\"}";
        byte[] learned = event.formatted("59.9").getBytes(StandardCharsets.UTF_8);
        template.learn(learned, 0, learned.length, 0, "x");
        assertThat(match(template, event.formatted("00.012345"))).isEqualTo("x");
        assertThat(match(template, event.formatted("00"))).isNull();
    }

    @Test
    void aTextWithinTheLooseValueIsNotLearned() {
        TextDeltaTemplate template = new TextDeltaTemplate("text", null, "delta");
        byte[] learned = "{\"delta\":{\"text\":\"x\"}}".getBytes(StandardCharsets.UTF_8);
        template.learn(learned, 0, learned.length, 0, "x");
        assertThat(template.match(learned, 0, learned.length)).isNull();
    }

    @Test
    void anEventWhoseKeyIsNotUniqueOrEscapedIsNeverLearned() throws IOException {
        for (String fixture : FIXTURES.subList(4, 7)) {
            TextDeltaTemplate template = new TextDeltaTemplate("content");
            learn(template, fixture.formatted("one"));
            assertThat(match(template, fixture.formatted("two"))).isNull();
        }
    }

    @Property(tries = 5000)
    void theFastPathAndTheFullParserAgree(@ForAll long seed) {
        Random random = new Random(seed);
        TextDeltaTemplate template = new TextDeltaTemplate("content");
        for (int i = 0; i < 12; i++) {
            String fixture = FIXTURES.get(random.nextInt(4) == 0 ? random.nextInt(FIXTURES.size()) : (int) (seed & 1));
            byte[] bytes =
                    fixture.formatted(TEXTS[random.nextInt(TEXTS.length)]).getBytes(StandardCharsets.UTF_8);
            if (random.nextInt(3) == 0) {
                bytes = mutated(bytes, random);
            }
            String full = fullParse(bytes);
            String fast = template.match(bytes, 0, bytes.length);
            if (fast != null) {
                assertThat(fast).isEqualTo(full);
            } else if (full != null && !full.isEmpty()) {
                template.learn(bytes, 0, bytes.length, 0, full);
            }
        }
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] result = bytes.clone();
        int at = random.nextInt(result.length);
        switch (random.nextInt(4)) {
            case 0 -> result[at] = (byte) random.nextInt(256);
            case 1 -> result[at] = (byte) "\"\\{}[]:, \n\0".charAt(random.nextInt(11));
            case 2 -> result = Arrays.copyOf(result, at);
            default -> {
                result = Arrays.copyOf(result, result.length + 1);
                System.arraycopy(bytes, at, result, at + 1, bytes.length - at);
                result[at] = (byte) random.nextInt(256);
            }
        }
        return result;
    }

    /** Reads a chunk like a reader of chat chunks; null if it is not JSON. */
    private static @Nullable String fullParse(byte[] bytes) {
        try {
            JsonNode node = Json.parse(bytes, 0, bytes.length);
            return Json.textOf(node.path("choices").path(0).path("delta"), "content");
        } catch (IOException e) {
            return null;
        }
    }

    private static void learn(TextDeltaTemplate template, String event) throws IOException {
        byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
        String text = fullParse(bytes);
        assertThat(text).isNotNull();
        template.learn(bytes, 0, bytes.length, 0, text);
    }

    private static @Nullable String match(TextDeltaTemplate template, String event) {
        byte[] bytes = ("xx" + event).getBytes(StandardCharsets.UTF_8);
        return template.match(bytes, 2, bytes.length - 2);
    }
}
