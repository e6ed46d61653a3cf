package dev.aigw.routing.guard.sensitive;

import static dev.aigw.routing.guard.sensitive.PersonalDataTest.found;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IbanNumbersTest {

    private static final String[] COUNTRIES =
            ("AD AE AL AT AZ BA BE BG BH BI BR BY CH CR CY CZ DE DJ DK DO EE EG ES FI FK FO FR GB GE GI GL GR GT HR HU "
                            + "IE IL IQ IS IT JO KW KZ LB LC LI LT LU LV LY MC MD ME MK MN MR MT MU NI NL NO OM PK PL PS PT QA RO RS "
                            + "RU SA SC SD SE SI SK SM SO ST SV TL TN TR UA VA VG XK YE")
                    .split(" ");

    @Test
    void findsNumbersOfAllCountriesOfTheRegistry() {
        Random random = new Random(17);
        for (String country : COUNTRIES) {
            String iban = make(country, random);
            String grouped = iban.replaceAll("(.{4})(?!$)", "$1 ");
            assertThat(found("pay " + iban + " now")).as(country).containsExactly("IBAN " + iban);
            assertThat(found("(" + grouped + ")")).as(country).containsExactly("IBAN " + grouped);
            assertThat(found(iban.toLowerCase(java.util.Locale.ROOT)))
                    .as(country)
                    .hasSize(1);
            int wrong = (Character.digit(iban.charAt(3), 10) + 1) % 10;
            assertThat(found(iban.substring(0, 3) + wrong + iban.substring(4)))
                    .as(country)
                    .noneMatch(entity -> entity.startsWith("IBAN"));
        }
    }

    private static String make(String country, Random random) {
        String structure = java.util.Objects.requireNonNull(IbanNumbers.structure(country));
        StringBuilder bban = new StringBuilder();
        for (int i = 0; i < structure.length(); i++) {
            char kind = structure.charAt(i);
            bban.append(kind == 'n' ? (char) ('0' + random.nextInt(10)) : (char) ('A' + random.nextInt(26)));
        }
        StringBuilder digits = new StringBuilder();
        for (char ch : (bban + country + "00").toCharArray()) {
            digits.append(Character.digit(ch, 36));
        }
        int check = 98
                - new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue();
        return country + (check < 10 ? "0" : "") + check + bban;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "IBAN:DE89370400440532013000. | DE89370400440532013000",
                "IBANDE89370400440532013000 | DE89370400440532013000",
                "DE89370400440532013000and more | DE89370400440532013000",
                "iban_DE89370400440532013000_end | DE89370400440532013000",
                "\"DE89 3704 0044 0532 0130 00\", | DE89 3704 0044 0532 0130 00",
                "DE 89 3704 0044 0532 0130 00 | DE 89 3704 0044 0532 0130 00",
                "de89-3704-0044-0532-0130-00 | de89-3704-0044-0532-0130-00",
                "DE89.3704.0044.0532.0130.00 | DE89.3704.0044.0532.0130.00",
                "DE89  3704 0044 0532 0130 00 | DE89  3704 0044 0532 0130 00",
                "\u8D26\u53F7DE89370400440532013000\u3002 | DE89370400440532013000",
                "NO93 8601 1117 947 und | NO93 8601 1117 947",
                "GB82WEST12345698765432 | GB82WEST12345698765432",
            })
    void findsANumberWhereverItStands(String text, String expected) {
        assertThat(found(text)).containsExactly("IBAN " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DE89370400440532013001",
                "DE8937040044053201300",
                "DE893704004405320130001",
                "XX89370400440532013000",
                "D889370400440532013000",
                "GB82 1234 1234 5698 7654 32",
                "DE89 3704 0044",
            })
    void isNotFooledBy(String text) {
        assertThat(found(text)).noneMatch(entity -> entity.startsWith("IBAN"));
    }
}
