package dev.aigw.routing.guard.sensitive;

import static dev.aigw.routing.guard.sensitive.PersonalDataTest.found;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CardNumbersTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4111111111111111 | 4111111111111111", // Visa
                "4012-8888-8888-1881, | 4012-8888-8888-1881",
                "5555 5555 5555 4444 | 5555 5555 5555 4444", // Mastercard
                "2223003122003222 | 2223003122003222",
                "3782 822463 10005 | 3782 822463 10005", // American Express
                "378282246310005 | 378282246310005",
                "6011111111111117 | 6011111111111117", // Discover
                "3566002020360505 | 3566002020360505", // JCB
                "30569309025904 | 30569309025904", // Diners Club
                "6200000000000005 | 6200000000000005", // UnionPay
                "2200000000000004 | 2200000000000004", // Mir
                "cc:4111111111111111; | 4111111111111111",
                "card 4222222222222 | 4222222222222", // 13 digits need a word
                "carte 501800000009 | 501800000009", // Maestro of 12 digits
                "my card is 4111.1111.1111.1111 | 4111.1111.1111.1111",
                "x=4111111111111111&y=1 | 4111111111111111",
                "card_4111111111111111 | 4111111111111111",
            })
    void findsACard(String text, String expected) {
        assertThat(found(text)).containsExactly("CARD " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111111111111112",
                "9999999999999995",
                "1111111111111117",
                "4222222222222",
                "0000000000000000",
                "41111111111111111111111",
                "a4111111111111111",
                "4111111111111111f",
                "0.4111111111111111",
                "4111111111111111.5",
                "4111-1111-1111-1111-1111",
                "41-11-11-11-11-11-11-11",
            })
    void isNotFooledBy(String text) {
        assertThat(found(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4111111111111111 4012888888881881", "4111 1111 1111 1111, 4012 8888 8888 1881"})
    void findsCardsSideBySide(String text) {
        assertThat(found(text)).hasSize(2);
    }
}
