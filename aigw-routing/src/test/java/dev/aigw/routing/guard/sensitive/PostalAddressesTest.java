package dev.aigw.routing.guard.sensitive;

import static dev.aigw.routing.guard.sensitive.PersonalDataTest.found;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostalAddressesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "at 12 Elm Street. | 12 Elm Street",
                "1600 Pennsylvania Ave, Washington, DC 20500 is | 1600 Pennsylvania Ave, Washington, DC 20500",
                "12 North Elm St., Apt. 4, Springfield, IL 62704-1234 | 12 North Elm St., Apt. 4, Springfield, IL 62704-1234",
                "221B Baker Street | 221B Baker Street",
                "350 5th Avenue | 350 5th Avenue",
                "Hauptstraße 12a, 10115 Berlin | Hauptstraße 12a, 10115 Berlin",
                "Torgauer Str. 5 | Torgauer Str. 5",
                "Kurt-Schumacher-Straße 12 | Kurt-Schumacher-Straße 12",
                "12, rue de la Paix, 75002 Paris | 12, rue de la Paix, 75002 Paris",
                "12 bis avenue Victor Hugo | 12 bis avenue Victor Hugo",
                "Calle Mayor, 12 | Calle Mayor, 12",
                "Via Roma 12 | Via Roma 12",
                "ul. Północna 73 | ul. Północna 73",
                "Keizersgracht 123 | Keizersgracht 123",
                "P.O. Box 1234 | P.O. Box 1234",
                "ZIP: 62704 | 62704",
                "PLZ 10115 | 10115",
            })
    void findsAnAddress(String text, String expected) {
        assertThat(found(text)).containsExactly("ADDRESS " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "During 1972, it rained",
                "Spring 2008",
                "3 people crossed the street",
                "$2.81 via ACH In",
                "zip 3 files",
                "Wall Street",
                "Windows 10 Drive",
                "on the way to 12 places",
                "Route 66",
                "Abbey Road 1969",
            })
    void isNotFooledBy(String text) {
        assertThat(found(text)).isEmpty();
    }
}
