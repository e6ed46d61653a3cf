package dev.aigw.routing.guard.sensitive.libphonenumber;

import com.google.i18n.phonenumbers.PhoneNumberMatch;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;
import dev.aigw.routing.guard.sensitive.Entity;
import dev.aigw.routing.guard.sensitive.EntityDetector;
import dev.aigw.routing.guard.sensitive.EntityType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds telephone numbers that are valid by libphonenumber's plans of all countries: international ones, and national
 * ones of regions that you name. It raises fewer false alarms than the built-in scanner, and does not find numbers that
 * no plan has, such as local ones without an area code.
 *
 * <pre>{@code
 * PersonalData detector = PersonalData.builder().phones(LibPhoneNumbers.of("US", "DE")).build();
 * }</pre>
 *
 * <p>The library takes about 50 µs a number, so it is only shown the places of a text that have seven digits close
 * together. Immutable, safe for use by many threads.
 */
public final class LibPhoneNumbers implements EntityDetector {

    private static final int FEWEST_DIGITS = 7;

    /** No number is longer, with its separators. */
    private static final int LONGEST = 64;

    private final List<String> regions;

    private LibPhoneNumbers(List<String> regions) {
        this.regions = regions;
    }

    /**
     * Returns a detector of international numbers, and of national ones of these regions.
     *
     * @param regions ISO 3166 codes, such as {@code US} and {@code GB}; none for international numbers only
     * @throws IllegalArgumentException if the library does not know one
     */
    public static LibPhoneNumbers of(String... regions) {
        List<String> codes = new ArrayList<>();
        for (String region : regions) {
            String code = region.toUpperCase(Locale.ROOT);
            if (!PhoneNumberUtil.getInstance().getSupportedRegions().contains(code)) {
                throw new IllegalArgumentException(
                        "libphonenumber knows no region " + region + ": use a code of ISO 3166 such as GB");
            }
            codes.add(code);
        }
        if (codes.isEmpty()) {
            codes.add("ZZ"); // the library's name of an unknown region
        }
        return new LibPhoneNumbers(List.copyOf(codes));
    }

    @Override
    public List<Entity> find(String text) {
        List<Entity> found = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int start = at;
            int digits = 0;
            while (at < text.length() && at - start < LONGEST && mayBelong(text, at)) {
                if (Character.isDigit(text.charAt(at))) {
                    digits++;
                }
                at++;
            }
            if (digits >= FEWEST_DIGITS) {
                look(text, start, at, found);
            }
            at = Math.max(at, start + 1);
        }
        return found;
    }

    /** Returns whether a character may be in a number; of letters, those of an extension between digits. */
    private static boolean mayBelong(String text, int at) {
        char ch = text.charAt(at);
        return Character.isDigit(ch)
                || Character.isSpaceChar(ch)
                || "+-./()[]~\u2010\u2011\u2012\u2013\u2014\u2212\uFF0B\uFF0D\uFF08\uFF09,;#".indexOf(ch) >= 0
                || (ch | 32) == 'x'
                || (ch | 32) == 'e'
                || (ch | 32) == 't';
    }

    private void look(String text, int start, int end, List<Entity> found) {
        int from = start > 0 ? start - 1 : start; // a letter before it shows that it is part of a word
        String place = text.substring(from, Math.min(text.length(), end + 1));
        for (String region : regions) {
            for (PhoneNumberMatch match :
                    PhoneNumberUtil.getInstance().findNumbers(place, region, Leniency.VALID, FEWEST_DIGITS)) {
                found.add(new Entity(EntityType.PHONE, from + match.start(), from + match.end(), 0.9));
            }
        }
    }

    @Override
    public String toString() {
        return "LibPhoneNumbers" + regions;
    }
}
