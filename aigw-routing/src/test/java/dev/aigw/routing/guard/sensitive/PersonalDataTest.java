package dev.aigw.routing.guard.sensitive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalDataTest {

    /** Returns what the detector is sure enough of, as {@code TYPE value}. */
    static List<String> found(EntityDetector detector, String text) {
        return detector.find(text).stream()
                .filter(entity -> entity.score() >= 0.5)
                .map(entity -> entity.type() + " " + text.substring(entity.start(), entity.end()))
                .toList();
    }

    static List<String> found(String text) {
        return found(PersonalData.standard(), text);
    }

    @Test
    void findsEachTypeInOneText() {
        assertThat(found(
                        "Ada, born 10 December 1915, lives at 12 Elm Street, Springfield, IL 62704. Mail ada@example.com "
                                + "or call +44 20 7946 0958. Card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00, "
                                + "SSN 536-90-4399, host 192.168.7.1, MAC 00:1A:2B:3C:4D:5E."))
                .containsExactly(
                        "DATE_OF_BIRTH 10 December 1915",
                        "ADDRESS 12 Elm Street, Springfield, IL 62704",
                        "EMAIL ada@example.com",
                        "PHONE +44 20 7946 0958",
                        "CARD 4111 1111 1111 1111",
                        "IBAN DE89 3704 0044 0532 0130 00",
                        "US_SSN 536-90-4399",
                        "IP_ADDRESS 192.168.7.1",
                        "MAC_ADDRESS 00:1A:2B:3C:4D:5E");
    }

    @Test
    void findsValuesInJson() {
        assertThat(
                        found(
                                "{\"email\":\"ada@example.com\",\"phoneNumber\":\"5551234567\",\"cardNumber\":4111111111111111,"
                                        + "\"iban\":\"GB82WEST12345698765432\",\"dateOfBirth\":\"1985-04-12\",\"ip\":\"10.0.0.1\"}"))
                .containsExactly(
                        "EMAIL ada@example.com",
                        "PHONE 5551234567",
                        "CARD 4111111111111111",
                        "IBAN GB82WEST12345698765432",
                        "DATE_OF_BIRTH 1985-04-12",
                        "IP_ADDRESS 10.0.0.1");
    }

    @Test
    void readsFullWidthDigitsAndUnicodeSpacesAndDashes() {
        assertThat(found("card \uFF14\uFF11\uFF11\uFF11\u00A01111\u20091111\u202F1111"))
                .hasSize(1);
        assertThat(found("IBAN DE89\u00A03704\u00A00044\u00A00532\u00A00130\u00A000"))
                .hasSize(1);
        assertThat(found("SSN 536\u201190\u20134399")).hasSize(1);
        assertThat(found("ada\uFF20example.com")).containsExactly("EMAIL ada\uFF20example.com");
        assertThat(found("\u7535\u8BDD\uFF1A\uFF0B\uFF18\uFF16 138 1234 5678")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade from 1.2.3.4.5 to 10.11.12-rc.1, then to v2.0.1.7",
                "ISBN 978-3-16-148410-0, ISBN-10 0-306-40615-2, ISSN 2049-3630",
                "order 4006381333931, invoice 2024-000123, tracking 1Z999AA10123456784",
                "2024-05-06T07:08:09.123Z took 1700000000123 ms, epoch 1714979289",
                "id 550e8400-e29b-41d4-a716-446655440000",
                "\"integrity\": \"sha512-4111111111111111/DE89abc370400440532013000x==\"",
                "commit 3f786850e387550fdab836ed7e6dc881de23001b",
                "def f(x): return x[1::2] + x[::-1] + std::vector<int>(4)",
                "lodash@4.17.21, @types/node@20.1.0, icon@2x.png, git@github.com:foo/bar.git",
                "for i in range(1000000000, 2000000000): total += 3.14159265358979",
                "Between 10:30:00 and 12:45:59 the ratio was 1:2:3:4",
                "git clone https://user:token@host.example/repo",
                "The population is 1,428,627,663; GDP 3 416 645 826 053 dollars",
                "Lorem 2020 2021 2022 2023 2024, 12 34 56, 7/8/9",
                "java -Xmx4096m -XX:MaxMetaspaceSize=512m -jar app-2.10.3.1.jar",
                "Born in the USA was released in 1984 by a born leader.",
                "sku 5010029000023, EAN 4006381333931, barcode 0012345678905",
                "Chrome/120.0.6099.71 Safari/537.36",
                "latitude 48.858370, longitude 2.294481",
                "SHA-256 AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD",
                "Call me Ishmael. Some years ago, in 1851, ...",
            })
    void raisesNoAlarmOnNumbersOfOtherKinds(String text) {
        assertThat(found(text)).isEmpty();
    }

    @Test
    void choosesTypesAndCountries() {
        String text = "ada@example.com, SSN 536-90-4399, PESEL 93060345013";
        assertThat(found(PersonalData.builder().types(EntityType.NATIONAL_ID).build(), text))
                .containsExactly("US_SSN 536-90-4399", "PL_PESEL 93060345013");
        assertThat(found(PersonalData.builder().without(EntityType.NATIONAL_ID).build(), text))
                .containsExactly("EMAIL ada@example.com");
        assertThat(found(PersonalData.builder().countries("pl").build(), text))
                .containsExactly("EMAIL ada@example.com", "PL_PESEL 93060345013");
        assertThat(PersonalData.nationalIds()).contains(EntityType.of("US_SSN"), EntityType.of("ES_NIE"));
    }

    @Test
    void saysWhichCountriesItKnows() {
        assertThatThrownBy(() -> PersonalData.builder().countries("XX"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no numbers of XX are known: choose from [AT, AU, BE");
        assertThatThrownBy(() -> PersonalData.builder().types())
                .hasMessage("types() is empty: name a type, or leave the call out for all");
        assertThatThrownBy(() -> PersonalData.builder().names(List.of(" ")))
                .hasMessage("a name is blank: leave it out of names(...)");
        assertThat(PersonalData.builder().countries("GB").build()).isNotNull();
    }

    @Test
    void asksAnotherDetectorForTelephoneNumbers() {
        PersonalData detector = PersonalData.builder()
                .phones(text -> List.of(new Entity(EntityType.PHONE, 0, 3, 0.9)))
                .build();
        assertThat(found(detector, "117 is short, +44 20 7946 0958 is not")).containsExactly("PHONE 117");
        assertThat(found(detector, "no digits")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "write to ada@exam",
                "the card is 4111 1111 11",
                "IBAN GB82 WEST 12",
                "call +44 20 79",
                "from 192.168.",
                "at 12 Elm",
            })
    void holdsBackWhatMayStillGrow(String text) {
        int from = PersonalData.standard().undecidedFrom(text);
        assertThat(text.substring(from))
                .startsWith(text.contains("@") ? "ada@" : text.split(" ", 0)[firstWithDigit(text)]);
    }

    private static int firstWithDigit(String text) {
        String[] words = text.split(" ", 0);
        int i = 0;
        while (words[i].chars().noneMatch(Character::isDigit)) {
            i++;
        }
        return i;
    }

    @Test
    void holdsBackOneWordOfPlainTextAndNothingOfChinese() {
        assertThat(PersonalData.standard().undecidedFrom("A plain sentence with wor"))
                .isEqualTo(22);
        assertThat(PersonalData.standard().undecidedFrom("A plain sentence with words "))
                .isEqualTo(28);
        assertThat(PersonalData.standard().undecidedFrom("\u6211\u4EEC\u4ECA\u5929\u53BB"))
                .isEqualTo(5);
        assertThat(PersonalData.standard().undecidedFrom("x".repeat(10_000))).isEqualTo(9_872);
    }
}
