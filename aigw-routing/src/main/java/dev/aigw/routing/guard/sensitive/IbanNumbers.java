package dev.aigw.routing.guard.sensitive;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * International Bank Account Numbers (ISO 13616): the length and the structure of each country in SWIFT's registry,
 * release 101, and the check by 97. Stateless.
 */
final class IbanNumbers {

    /** Of each country, the sizes of its parts: {@code n} digits, {@code a} letters, {@code c} either. */
    private static final String REGISTRY =
            "AD 8n12c; AE 19n; AL 8n16c; AT 16n; AZ 4a20c; BA 16n; BE 12n; BG 4a6n8c; BH 4a14c; BI 23n; "
                    + "BR 23n1a1c; BY 4c4n16c; CH 5n12c; CR 18n; CY 8n16c; CZ 20n; DE 18n; DJ 23n; DK 14n; DO 4c20n; "
                    + "EE 16n; EG 25n; ES 20n; FI 14n; FK 2a12n; FO 14n; FR 10n11c2n; GB 4a14n; GE 2a16n; GI 4a15c; "
                    + "GL 14n; GR 7n16c; GT 24c; HN 4a20n; HR 17n; HU 24n; IE 4a14n; IL 19n; IQ 4a15n; IS 22n; "
                    + "IT 1a10n12c; JO 4a4n18c; KW 4a22c; KZ 3n13c; LB 4n20c; LC 4a24c; LI 5n12c; LT 16n; LU 3n13c; "
                    + "LV 4a13c; LY 21n; MC 10n11c2n; MD 20c; ME 18n; MK 3n10c2n; MN 16n; MR 23n; MT 4a5n18c; "
                    + "MU 4a19n3a; NI 4a20n; NL 4a10n; NO 11n; OM 3n16c; PK 4a16c; PL 24n; PS 4a21c; PT 21n; QA 4a21c; "
                    + "RO 4a16c; RS 18n; RU 14n15c; SA 2n18c; SC 4a20n3a; SD 14n; SE 20n; SI 15n; SK 20n; SM 1a10n12c; "
                    + "SO 19n; ST 21n; SV 4a20n; TL 19n; TN 20n; TR 6n16c; UA 6n19c; VA 18n; VG 4a16n; XK 16n; "
                    + "YE 4a4n18c; ";

    /** The structure behind the check digits, one character for one, by country. */
    private static final @Nullable String[] STRUCTURES = structures();

    private IbanNumbers() {}

    private static @Nullable String[] structures() {
        @Nullable String[] structures = new @Nullable String[26 * 26];
        for (String entry : REGISTRY.trim().split("; ?", 0)) {
            StringBuilder structure = new StringBuilder(30);
            int size = 0;
            for (char ch : entry.substring(3).toCharArray()) {
                if (PersonalText.isDigit(ch)) {
                    size = size * 10 + ch - '0';
                } else {
                    structure.append(String.valueOf(ch).repeat(size));
                    size = 0;
                }
            }
            structures[country(entry.charAt(0), entry.charAt(1))] = structure.toString();
        }
        return structures;
    }

    private static int country(char first, char second) {
        return ((first | 32) - 'a') * 26 + (second | 32) - 'a';
    }

    /** Returns the structure behind the check digits of a country, or null. */
    static @Nullable String structure(String country) {
        return STRUCTURES[country(country.toLowerCase(Locale.ROOT).charAt(0), country.charAt(1))];
    }

    /** Looks for a number whose check digits begin this run; letters may stand before and behind it. */
    static void find(PersonalText t, int run, Found found) {
        int s = t.runStart[run];
        int start = s - 2;
        if (t.at(s - 1) == ' ' && t.runEnd[run] - s == 2) {
            start = s - 3;
        }
        if (start < 0
                || t.runEnd[run] - s < 2
                || !PersonalText.isAsciiLetter(t.c[start])
                || !PersonalText.isAsciiLetter(t.c[start + 1])
                || PersonalText.isDigit(t.at(start - 1))) {
            return;
        }
        String structure = STRUCTURES[country(t.c[start], t.c[start + 1])];
        if (structure == null || !registered(t, s, start, structure, found)) {
            named(t, s, start, found);
        }
    }

    /** Adds a number with its country's structure; returns whether it is one. */
    private static boolean registered(PersonalText t, int s, int start, String structure, Found found) {
        int rest = 0;
        int at = s + 2;
        int gaps = 0;
        for (int i = 0; i < structure.length(); i++) {
            while (gaps < 2 && isGap(t.at(at)) && at < t.n) {
                at++;
                gaps++;
            }
            gaps = 0;
            char ch = t.at(at++);
            boolean digit = PersonalText.isDigit(ch);
            char kind = structure.charAt(i);
            if ((!digit && !PersonalText.isAsciiLetter(ch)) || (digit && kind == 'a') || (!digit && kind == 'n')) {
                return false;
            }
            rest = append(rest, ch);
        }
        if (!checks(t, s, start, rest)) {
            return false;
        }
        char next = t.at(at);
        boolean abuts = PersonalText.isAsciiLetter(next) || PersonalText.isAsciiLetter(t.at(start - 1));
        if (PersonalText.isDigit(next) || (abuts && structure.endsWith("c") && PersonalText.isAsciiLetter(next))) {
            return false;
        }
        found.add(EntityType.IBAN, start, at, abuts ? 0.85 : 0.98);
        return true;
    }

    /** Adds a number that has valid check digits and "IBAN" before it, of whatever country and length. */
    private static void named(PersonalText t, int s, int start, Found found) {
        if (start != s - 2 || t.isWordAt(start - 1) || !t.before(start, ContextWords.IBAN)) {
            return;
        }
        int rest = 0;
        int at = s + 2;
        while (at - start < 35 && t.isWordAt(at) && t.c[at] != '_') {
            rest = append(rest, t.c[at++]);
        }
        if (at - start >= 14 && at - start <= 34 && checks(t, s, start, rest)) {
            found.add(EntityType.IBAN, start, at, 0.6);
        }
    }

    private static int append(int rest, char ch) {
        return PersonalText.isDigit(ch) ? (rest * 10 + ch - '0') % 97 : (rest * 100 + (ch | 32) - 'a' + 10) % 97;
    }

    /** Returns whether the country and the check digits, put behind the rest, leave 1. */
    private static boolean checks(PersonalText t, int s, int start, int rest) {
        int sum = append(append(rest, t.c[start]), t.c[start + 1]);
        return append(append(sum, t.c[s]), t.c[s + 1]) == 1;
    }

    private static boolean isGap(char ch) {
        return ch == ' ' || ch == '-' || ch == '.';
    }
}
