package dev.aigw.routing.guard.sensitive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PersonalDataPropertiesTest {

    private final PersonalData detector =
            PersonalData.builder().givenNames().names(List.of("Ada Lovelace")).build();

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> pieces = Arbitraries.of(
                "4111 1111 1111 1111",
                "@",
                "example.com",
                "DE89 3704 0044 0532 0130 00",
                "+",
                "(",
                ")",
                "-",
                ".",
                ":",
                "::",
                "/",
                " ",
                "\n",
                "0",
                "00",
                "1",
                "123",
                "12345678901",
                "born ",
                "card ",
                "phone ",
                "SSN ",
                "zip ",
                "Street ",
                "rue ",
                "Box ",
                "Str. ",
                "A",
                "Ada ",
                "Lovelace",
                "Mrs. ",
                "%40",
                "x",
                "ext. ",
                "\u8EAB\u4EFD\u8BC1",
                "\uFF11",
                "\u00A0",
                "\uD83D\uDE00",
                "\uD83D",
                "1985",
                "March ",
                "AB",
                "c",
                "[",
                "]",
                "\"",
                "'",
                "%",
                "#",
                ",",
                "Z",
                "12-34-56-78-9a-bc");
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(60),
                pieces.list().ofMaxSize(30).map(l -> String.join("", l)));
    }

    @Property(tries = 3000)
    void spansLieInTheTextAndDoNotOverlap(@ForAll("texts") String text) {
        int before = 0;
        for (Entity entity : detector.find(text)) {
            assertThat(entity.start()).isGreaterThanOrEqualTo(before);
            assertThat(entity.end()).isLessThanOrEqualTo(text.length());
            before = entity.end();
        }
        assertThat(detector.undecidedFrom(text)).isBetween(0, text.length());
    }

    @Property(tries = 500)
    void aTextIsFoundWhateverStandsAroundIt(@ForAll("texts") String before, @ForAll("texts") String behind) {
        String text = before + "\n\n ada@example.com \n\n" + behind;
        assertThat(detector.find(text))
                .anyMatch(entity -> text.substring(entity.start(), entity.end()).equals("ada@example.com"));
    }
}
