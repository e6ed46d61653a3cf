package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTest {

    @Test
    void paragraphsListItemsAndTableRowsBecomePassagesUnderTheirHeading() {
        List<Passage> passages = Markdown.passages("README.md", """
                # Title

                Some **bold** words with a [link](https://example.org).

                ## Part

                - one
                  goes on
                - two

                | kind | cooldown |
                | --- | --- |
                | TIMEOUT | breaker |

                <!-- given: a comment
                of two lines -->
                ![a picture](picture.svg)

                See also: [another page](other.md).
                """);

        assertThat(passages)
                .containsExactly(
                        new Passage("Title", "README.md", "Some bold words with a link."),
                        new Passage("Title: Part", "README.md#part", "one goes on"),
                        new Passage("Title: Part", "README.md#part", "two"),
                        new Passage("Title: Part", "README.md#part", "kind: TIMEOUT; cooldown: breaker"));
    }

    @Test
    void linksLeadToPagesBesideTheirOwn() {
        assertThat(Markdown.links("a/guide/b.md", "[c](c.md#part), [d](../../d/README.md), [e](https://e.org/e.md)"))
                .containsExactly("a/guide/c.md", "d/README.md");
    }

    @Test
    void codeGoesWithTheWordsBeforeItAndIsNoPartOfTheMeaning() {
        List<Passage> passages = Markdown.passages("README.md", """
                ## Keys
                Set one:

                ```java
                builder.apiKey(key);
                # no heading
                ```

                Then go on.
                """);

        assertThat(passages).hasSize(2);
        assertThat(passages.get(0).text()).isEqualTo("Set one:\n    builder.apiKey(key);\n    # no heading");
        assertThat(passages.get(0).meanings()).containsExactly("keys. set one:");
    }

    @Test
    void codeAfterALongParagraphOrAListGoesWithIt() {
        List<Passage> passages = Markdown.passages("README.md", """
                - item

                ```java
                code();
                ```

                **Bold** starts anew.
                """);

        assertThat(passages).extracting(Passage::text).containsExactly("item\n    code();", "Bold starts anew.");
    }

    @Test
    void aTablesRowMeansItselfAndProseItsHeadingToo() {
        Passage row = new Passage("Failures", "README.md", "kind: `RATE_LIMITED`; hold: until its reset time");
        Passage prose = new Passage("Failures", "README.md", "Set `maxAttempts(3)`.");

        assertThat(row.meanings()).first().isEqualTo("kind: rate limited ; hold: until its reset time");
        assertThat(prose.meanings()).first().isEqualTo("failures. set max attempts .");
    }

    @Test
    void markedPassagesAreFoundAgain() {
        List<Passage> passages = List.of(
                new Passage("Failures (all)", "README.md", "first\n    code();"),
                new Passage("Cache", "aigw-api/README.md", "second"));

        assertThat(Passage.unmark("Answer from these.\n\n" + Passage.mark(passages)))
                .isEqualTo(passages);
        assertThat(Passage.unmark("no passages")).isEmpty();
    }
}
