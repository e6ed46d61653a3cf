package dev.aigw.routing.guard.sensitive;

import static dev.aigw.routing.guard.sensitive.PersonalDataTest.found;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BirthDatesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Date of birth: 12/04/1985. | 12/04/1985",
                "DOB 1985-04-12 | 1985-04-12",
                "She was born on March 12, 1985 in Bonn | March 12, 1985",
                "born 12 March 1985 | 12 March 1985",
                "born on the 12th of March 1985 | 12th of March 1985",
                "geboren am 12.04.1985 | 12.04.1985",
                "geb. 12. März 1985 | 12. März 1985",
                "née le 12 mars 1985 | 12 mars 1985",
                "fecha de nacimiento: 12 de marzo de 1985 | 12 de marzo de 1985",
                "nato il 12/04/85 | 12/04/85",
                "data de nascimento 12-04-1985 | 12-04-1985",
                "geboortedatum 12 mei 1985 | 12 mei 1985",
                "data urodzenia: 12.04.1985 | 12.04.1985",
                "дата рождения 12 марта 1985 | 12 марта 1985",
                "\u751F\u5E74\u6708\u65E5 1985\u5E744\u670812\u65E5 | 1985\u5E744\u670812\u65E5",
                "1985-04-12 (birthday) | 1985-04-12",
                "birthDate=19850412 | 19850412",
            })
    void findsADateBesideAWordForBirth(String text, String expected) {
        assertThat(found(text)).containsExactly("DATE_OF_BIRTH " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "on 12/04/1985",
                "born in 1985",
                "born 99/99/1985",
                "a new star is born: 3 of 4 agree",
                "birth rate 10.5 to 12.3 per 1000",
            })
    void isNotFooledBy(String text) {
        assertThat(found(text)).isEmpty();
    }
}
