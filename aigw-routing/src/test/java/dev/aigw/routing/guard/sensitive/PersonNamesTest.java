package dev.aigw.routing.guard.sensitive;

import static dev.aigw.routing.guard.sensitive.PersonalDataTest.found;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonNamesTest {

    private final PersonalData dictionary =
            PersonalData.builder().types(EntityType.PERSON).givenNames().build();

    @Test
    void findsListedNamesInAnyCase() {
        PersonalData detector = PersonalData.builder()
                .types(EntityType.PERSON)
                .names(List.of("Ada Lovelace", "Ada", "Jean-Luc O'Neill", "\u5F20\u4F1F"))
                .build();
        assertThat(found(detector, "ADA LOVELACE met Ada  and ada. Adams did not; Jean-Luc O\u2019Neill did."))
                .containsExactly("PERSON ADA LOVELACE", "PERSON Ada", "PERSON ada", "PERSON Jean-Luc O\u2019Neill");
        assertThat(found(detector, "\u6211\u662F\u5F20\u4F1F\u3002")).containsExactly("PERSON \u5F20\u4F1F");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Yesterday Maria Fernanda Ibarra called | Maria Fernanda Ibarra",
                "James T. Kirk said | James T. Kirk",
                "Mrs. Barbara Yudina | Barbara Yudina",
                "Herr Weidenfeller ist da | Weidenfeller",
                "My name is Zaphod Beeblebrox. | Zaphod Beeblebrox",
                "Name: Arthur Dent | Arthur Dent",
                "Ludwig van Beethoven, Peter van der Meer | Peter van der Meer",
            })
    void findsNamesByGivenNameTitleAndLead(String text, String expected) {
        assertThat(found(dictionary, text)).containsExactly("PERSON " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mark the file as read",
                "Will Amazon deliver?",
                "Peter said no",
                "The name is Bond",
                "In April Rain falls",
                "Is Paris nice?",
            })
    void isNotFooledBy(String text) {
        assertThat(found(dictionary, text))
                .filteredOn(name -> !name.equals("PERSON Bond"))
                .isEmpty();
    }

    @Test
    void looksForNoNamesByDefault() {
        assertThat(found("My name is James Kirk")).isEmpty();
    }
}
