package dev.aigw.routing.guard.sensitive;

import static dev.aigw.routing.guard.sensitive.PersonalDataTest.found;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhoneNumbersTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reach me: +1 (415) 555-0132. | +1 (415) 555-0132",
                "+14155550132 | +14155550132",
                "(415) 555-0132 | (415) 555-0132",
                "(415)555-0132 works | (415)555-0132",
                "415-555-0132 | 415-555-0132",
                "415.555.0132, | 415.555.0132",
                "1-800-555-0199 | 1-800-555-0199",
                "tel:+49-30-901820 | +49-30-901820",
                "+44 (0)20 7946 0958 | +44 (0)20 7946 0958",
                "+44 (20) 7946 0958 | +44 (20) 7946 0958",
                "020 7946 0958 | 020 7946 0958",
                "07700 900123 | 07700 900123",
                "0049 30 901820 | 0049 30 901820",
                "001-415-555-0132 | 001-415-555-0132",
                "01 42 68 53 00 | 01 42 68 53 00",
                "01.42.68.53.00 | 01.42.68.53.00",
                "030/901820-12 ist die Durchwahl | 030/901820-12",
                "(030) 901 82 00 | (030) 901 82 00",
                "+33 1 42 68 53 00 | +33 1 42 68 53 00",
                "+55 11 98456-5666 | +55 11 98456-5666",
                "(11) 98456-5666 | (11) 98456-5666",
                "+91 98765 43210 | +91 98765 43210",
                "98765-43210 | 98765-43210",
                "+86 138 1234 5678 | +86 138 1234 5678",
                "Phone: 555-0132 | 555-0132",
                "Mobile: 72 128 827 | 72 128 827",
                "call me on 450 0840? | 450 0840",
                "Telefon 6123456 | 6123456",
                "tel. 612 345 678 | 612 345 678",
                "Fax: 9498777106 | 9498777106",
                "phone 415-555-0132 ext. 12 | 415-555-0132 ext. 12",
                "phone 415-555-0132x012 | 415-555-0132x012",
                "\u7535\u8BDD\uFF1A13812345678 | 13812345678",
                "\uC804\uD654 010-1234-5678 | 010-1234-5678",
                "0 532 123 45 67 | 0 532 123 45 67",
                "phone_number=4155550132&x | 4155550132",
            })
    void findsANumber(String text, String expected) {
        assertThat(found(text)).containsExactly("PHONE " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12345678",
                "4155550132 items",
                "order number: 0123456789",
                "2024-05-06",
                "06.05.2024",
                "10:30-11:45",
                "$415-555",
                "1,234,567.89",
                "x+12345678",
                "1+12345678901",
                "call f(1234567)",
                "SSN 078-05-11",
                "3-4-5-6-7",
                "01.02.2024 12:30",
                "100 200 300 400",
                "phone 2024-05-06",
                "phones in 190 countries",
                "0.123 456 789",
            })
    void isNotFooledBy(String text) {
        assertThat(found(text)).isEmpty();
    }
}
