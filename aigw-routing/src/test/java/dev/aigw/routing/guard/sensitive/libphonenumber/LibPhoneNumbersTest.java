package dev.aigw.routing.guard.sensitive.libphonenumber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.routing.guard.sensitive.EntityDetector;
import dev.aigw.routing.guard.sensitive.EntityType;
import dev.aigw.routing.guard.sensitive.PersonalData;
import java.util.List;
import org.junit.jupiter.api.Test;

class LibPhoneNumbersTest {

    private static List<String> found(EntityDetector detector, String text) {
        return detector.find(text).stream()
                .map(entity -> text.substring(entity.start(), entity.end()))
                .toList();
    }

    @Test
    void findsInternationalNumbersAndNationalOnesOfItsRegions() {
        String text = "call +49 30 901820, (212) 736-5000 or 020 7946 0018";
        assertThat(found(LibPhoneNumbers.of(), text)).containsExactly("+49 30 901820");
        assertThat(found(LibPhoneNumbers.of("us"), text)).containsExactly("+49 30 901820", "(212) 736-5000");
        assertThat(found(LibPhoneNumbers.of("GB"), text)).contains("+49 30 901820", "020 7946 0018");
    }

    @Test
    void isAskedOnlyAboutPlacesWithSevenDigits() {
        assertThat(found(LibPhoneNumbers.of("US"), "12 apples, 2024, 3.14 and 100 more"))
                .isEmpty();
        assertThat(found(LibPhoneNumbers.of("US"), "x".repeat(100_000) + " 212-736-5000"))
                .containsExactly("212-736-5000");
    }

    @Test
    void replacesTheBuiltInScanner() {
        PersonalData detector = PersonalData.builder()
                .types(EntityType.PHONE)
                .phones(LibPhoneNumbers.of("US"))
                .build();
        assertThat(found(detector, "call 450 0840, or 212-736-5000")).containsExactly("212-736-5000");
    }

    @Test
    void saysWhichRegionItDoesNotKnow() {
        assertThatThrownBy(() -> LibPhoneNumbers.of("UK"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("libphonenumber knows no region UK: use a code of ISO 3166 such as GB");
    }
}
