package dev.aigw.routing.guard.sensitive;

import static dev.aigw.routing.guard.sensitive.CheckDigits.day;
import static dev.aigw.routing.guard.sensitive.CheckDigits.number;
import static dev.aigw.routing.guard.sensitive.CheckDigits.weighted;

/** Numbers of states that have letters in them, each found from a run of digits. Stateless. */
final class LetterIds {

    private static final String SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final String FINNISH = "0123456789ABCDEFHJKLMNPRSTUVWXY";
    private static final String IRISH = "WABCDEFGHIJKLMNOPQRSTUV";
    private static final String CURP = "0123456789ABCDEFGHIJKLMN\u00D1OPQRSTUVWXYZ";

    /** Values of 0 to 25 at odd places; digits have those of the first ten letters. */
    private static final int[] ITALIAN_ODD = {
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
    };

    private static final EntityType UK_NINO = EntityType.of("UK_NINO");
    private static final EntityType ES_NIF = EntityType.of("ES_NIF");
    private static final EntityType ES_NIE = EntityType.of("ES_NIE");
    private static final EntityType FI_HETU = EntityType.of("FI_HETU");
    private static final EntityType IT_FISCAL_CODE = EntityType.of("IT_FISCAL_CODE");
    private static final EntityType IN_PAN = EntityType.of("IN_PAN");
    private static final EntityType SG_NRIC = EntityType.of("SG_NRIC");
    private static final EntityType CN_RESIDENT_ID = EntityType.of("CN_RESIDENT_ID");
    private static final EntityType MX_CURP = EntityType.of("MX_CURP");
    private static final EntityType CL_RUT = EntityType.of("CL_RUT");
    private static final EntityType FR_NIR = EntityType.of("FR_NIR");
    private static final EntityType IE_PPS = EntityType.of("IE_PPS");
    private static final EntityType HK_HKID = EntityType.of("HK_HKID");

    private static final long FINNISH_WORDS = NationalIds.context("FI_HETU");
    private static final long INDIAN_WORDS = NationalIds.context("IN_PAN");
    private static final long IRISH_WORDS = NationalIds.context("IE_PPS");
    private static final long CHILEAN_WORDS = NationalIds.context("CL_RUT");
    private static final long BRITISH_WORDS = NationalIds.context("UK_NINO");

    private LetterIds() {}

    /** Looks for numbers whose first run of digits this is. */
    static void find(PersonalText t, int run, Found found) {
        int s = t.runStart[run];
        int e = t.runEnd[run];
        switch (e - s) {
            case 2 -> {
                british(t, s, found);
                italian(t, s, found);
                corsican(t, s, found);
            }
            case 4 -> indian(t, s, e, found);
            case 6 -> {
                finnish(t, s, e, found);
                british(t, s, found);
                mexican(t, s, e, found);
                hongKong(t, s, e, found);
            }
            case 7 -> {
                foreigner(t, s, e, found);
                spanish(t, s, e, found);
                singapore(t, s, e, found);
                irish(t, s, e, found);
            }
            case 8 -> spanish(t, s, e, found);
            case 17 -> chinese(t, s, e, found);
            default -> {}
        }
        chilean(t, s, e, found);
    }

    private static boolean free(PersonalText t, int start, int end) {
        return !t.isWordAt(start - 1) && !t.isWordAt(end);
    }

    private static char upper(char ch) {
        return ch >= 'a' && ch <= 'z' ? (char) (ch - 32) : ch;
    }

    private static boolean letters(PersonalText t, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!PersonalText.isAsciiLetter(t.at(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean digits(PersonalText t, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!PersonalText.isDigit(t.at(i))) {
                return false;
            }
        }
        return true;
    }

    private static long value(PersonalText t, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value * 10 + t.c[i] - '0';
        }
        return value;
    }

    /** {@code AB 12 34 56 C}: with the prefixes and suffixes of HMRC's manual NIM39110. */
    private static void british(PersonalText t, int s, Found found) {
        int start = t.at(s - 1) == ' ' ? s - 3 : s - 2;
        if (start < 0 || !letters(t, start, start + 2)) {
            return;
        }
        char first = upper(t.at(start));
        char second = upper(t.at(start + 1));
        int at = s;
        boolean spaced = start == s - 3;
        for (int pair = 0; pair < 3; pair++) {
            if (!digits(t, at, at + 2)) {
                return;
            }
            at += 2;
            if (t.at(at) == ' ' || t.at(at) == '-') {
                at++;
                spaced = true;
            }
        }
        char last = upper(t.at(at));
        if (last < 'A'
                || last > 'D'
                || !free(t, start, at + 1)
                || "DFIQUV".indexOf(first) >= 0
                || "DFIQUVO".indexOf(second) >= 0) {
            return;
        }
        String prefix = "" + first + second;
        if ("BG GB NK KN TN NT ZZ".contains(prefix)) {
            return;
        }
        boolean near = t.near(start, at + 1, BRITISH_WORDS | ContextWords.IDENTITY);
        boolean capitals = t.at(start) == first && t.at(start + 1) == second;
        found.add(UK_NINO, start, at + 1, near ? 0.95 : capitals ? spaced ? 0.8 : 0.65 : 0.4);
    }

    /** 16 characters with a check letter (decree of 23 December 1976). */
    private static void italian(PersonalText t, int s, Found found) {
        int start = s - 6;
        if (start < 0 || !letters(t, start, s) || !free(t, start, start + 16)) {
            return;
        }
        int sum = 0;
        for (int i = 0; i < 15; i++) {
            char ch = upper(t.at(start + i));
            boolean digit = PersonalText.isDigit(ch);
            boolean letterPlace = i < 6 || i == 8 || i == 11;
            if (letterPlace == digit
                    || (!digit && (ch < 'A' || ch > 'Z'))
                    || (!digit && !letterPlace && "LMNPQRSTUV".indexOf(ch) < 0)) {
                return;
            }
            int v = digit ? ch - '0' : ch - 'A';
            sum += i % 2 == 0 ? ITALIAN_ODD[v] : v;
        }
        if ("ABCDEHLMPRST".indexOf(upper(t.at(start + 8))) >= 0 && upper(t.at(start + 15)) == 'A' + sum % 26) {
            found.add(IT_FISCAL_CODE, start, start + 16, 0.95);
        }
    }

    /** {@code 2 85 05 2A 004 123 45}: of those born in Corsica, 2A counts as 19 and 2B as 18. */
    private static void corsican(PersonalText t, int s, Found found) {
        int start = t.at(s - 1) == ' ' ? s - 2 : s - 1;
        if (start < 0 || t.isWordAt(start - 1)) {
            start = s; // all digits before the letter stand together, which is a run of six
        }
        corsicanFrom(t, start, found);
    }

    private static void corsicanFrom(PersonalText t, int start, Found found) {
        int[] d = new int[15];
        int count = 0;
        int at = start;
        while (count < 15 && at < t.n) {
            char ch = t.c[at];
            if (PersonalText.isDigit(ch)) {
                d[count++] = ch - '0';
            } else if (count == 6 && (ch | 32) >= 'a' && (ch | 32) <= 'b') {
                d[5] = 1;
                d[count++] = (ch | 32) == 'a' ? 9 : 8;
            } else if (ch != ' ' || count == 0) {
                return;
            }
            at++;
            if (count == 6 && (t.at(at) | 32) != 'a' && (t.at(at) | 32) != 'b') {
                return;
            }
        }
        if (count == 15 && free(t, start, at) && NationalIds.french(number(d, 0, 13), d)) {
            found.add(FR_NIR, start, at, 0.9);
        }
    }

    /** {@code ABCPD1234Z}; the fourth letter says what kind of holder it is. */
    private static void indian(PersonalText t, int s, int e, Found found) {
        if (s >= 5
                && letters(t, s - 5, s)
                && letters(t, e, e + 1)
                && free(t, s - 5, e + 1)
                && "ABCEFGHJKLPT".indexOf(upper(t.at(s - 2))) >= 0) {
            boolean capitals = PersonalText.isUpper(t.at(s - 5)) && PersonalText.isUpper(t.at(e));
            boolean near = t.near(s - 5, e + 1, INDIAN_WORDS | ContextWords.IDENTITY);
            found.add(IN_PAN, s - 5, e + 1, near ? 0.9 : capitals ? 0.6 : 0.3);
        }
    }

    /** {@code 131052-308T}, with the separators of 2023. */
    private static void finnish(PersonalText t, int s, int e, Found found) {
        char separator = upper(t.at(e));
        int end = e + 5;
        if ("+-ABCDEFUVWXY".indexOf(separator) < 0
                || !digits(t, e + 1, e + 4)
                || t.isWordAt(end)
                || !day((int) value(t, s + 2, s + 4), (int) value(t, s, s + 2))) {
            return;
        }
        long number = value(t, s, e) * 1000 + value(t, e + 1, e + 4);
        if (number % 1000 >= 2 && upper(t.at(e + 4)) == FINNISH.charAt((int) (number % 31))) {
            boolean abuts = t.isWordAt(s - 1);
            if (!abuts || t.near(s, end, FINNISH_WORDS | ContextWords.IDENTITY)) {
                found.add(FI_HETU, s, end, 0.9);
            }
        }
    }

    /** {@code 12345678Z}: the letter is the rest of a division by 23. */
    private static void spanish(PersonalText t, int s, int e, Found found) {
        int letter = t.at(e) == '-' || t.at(e) == ' ' ? e + 1 : e;
        if (letters(t, letter, letter + 1)
                && free(t, s, letter + 1)
                && !glued(t, s)
                && upper(t.at(letter)) == SPANISH.charAt((int) (value(t, s, e) % 23))) {
            boolean near = t.near(s, letter + 1, NationalIds.context("ES_NIF") | ContextWords.IDENTITY);
            double score =
                    e - s == 7 || (letter > e && t.at(e) == ' ') || !PersonalText.isUpper(t.at(letter)) ? 0.4 : 0.65;
            found.add(ES_NIF, s, letter + 1, near ? 0.95 : score);
        }
    }

    /** {@code X1234567L}: X, Y and Z stand for 0, 1 and 2. */
    private static void foreigner(PersonalText t, int s, int e, Found found) {
        int start = t.at(s - 1) == '-' ? s - 2 : s - 1;
        int letter = t.at(e) == '-' ? e + 1 : e;
        char first = upper(t.at(start));
        if (first < 'X' || first > 'Z' || !letters(t, letter, letter + 1) || !free(t, start, letter + 1)) {
            return;
        }
        long number = (first - 'X') * 10_000_000L + value(t, s, e);
        if (upper(t.at(letter)) == SPANISH.charAt((int) (number % 23))) {
            found.add(ES_NIE, start, letter + 1, 0.8);
        }
    }

    private static void singapore(PersonalText t, int s, int e, Found found) {
        char first = upper(t.at(s - 1));
        if ("STFGM".indexOf(first) < 0 || !letters(t, e, e + 1) || !free(t, s - 1, e + 1)) {
            return;
        }
        int[] weights = {2, 7, 6, 5, 4, 3, 2};
        int sum = first == 'T' || first == 'G' ? 4 : first == 'M' ? 3 : 0;
        for (int i = 0; i < 7; i++) {
            sum += (t.c[s + i] - '0') * weights[i];
        }
        String letters = first == 'S' || first == 'T' ? "JZIHGFEDCBA" : first == 'M' ? "KLJNPQRTUWX" : "XWUTRQPNMLK";
        int index = first == 'M' ? 10 - sum % 11 : sum % 11;
        if (upper(t.at(e)) == letters.charAt(index)) {
            found.add(SG_NRIC, s - 1, e + 1, 0.8);
        }
    }

    private static void irish(PersonalText t, int s, int e, Found found) {
        int end = letters(t, e + 1, e + 2) ? e + 2 : e + 1;
        if (!letters(t, e, e + 1) || !free(t, s, end)) {
            return;
        }
        int[] d = new int[7];
        for (int i = 0; i < 7; i++) {
            d[i] = t.c[s + i] - '0';
        }
        int sum = weighted(d, 8, 7, 6, 5, 4, 3, 2);
        if (end == e + 2 && upper(t.at(e + 1)) != 'W') {
            sum += 9 * (upper(t.at(e + 1)) - 'A' + 1);
        }
        if (upper(t.at(e)) == IRISH.charAt(sum % 23)) {
            boolean near = t.near(s, end, IRISH_WORDS | ContextWords.IDENTITY);
            found.add(IE_PPS, s, end, near ? 0.9 : PersonalText.isUpper(t.at(e)) ? 0.45 : 0.2);
        }
    }

    private static void hongKong(PersonalText t, int s, int e, Found found) {
        char first = upper(t.at(s - 1));
        int open = t.at(e) == '(' ? e + 1 : e;
        char last = upper(t.at(open));
        if (open == e
                || t.at(open + 1) != ')'
                || first < 'A'
                || first > 'Z'
                || t.isWordAt(s - 2)
                || (!PersonalText.isDigit(last) && last != 'A')) {
            return;
        }
        int sum = 36 * 9 + (first - 'A' + 10) * 8;
        for (int i = 0; i < 6; i++) {
            sum += (t.c[s + i] - '0') * (7 - i);
        }
        int check = (11 - sum % 11) % 11;
        if (check == (last == 'A' ? 10 : last - '0')) {
            found.add(HK_HKID, s - 1, open + 2, 0.85);
        }
    }

    /** 18 characters with a check digit (Registro Nacional de Población). */
    private static void mexican(PersonalText t, int s, int e, Found found) {
        int start = s - 4;
        if (start < 0
                || !letters(t, start, s)
                || !letters(t, e, e + 6)
                || !free(t, start, start + 18)
                || !day((int) value(t, s + 2, s + 4), (int) value(t, s + 4, e))
                || "HMX".indexOf(upper(t.at(e))) < 0
                || !PersonalText.isDigit(t.at(start + 17))) {
            return;
        }
        int sum = 0;
        for (int i = 0; i < 17; i++) {
            sum += CURP.indexOf(upper(t.at(start + i))) * (18 - i);
        }
        if (t.at(start + 17) - '0' == (10 - sum % 10) % 10) {
            found.add(MX_CURP, start, start + 18, 0.95);
        }
    }

    private static void chinese(PersonalText t, int s, int e, Found found) {
        if (upper(t.at(e)) != 'X' || !free(t, s, e + 1)) {
            return;
        }
        int[] d = new int[17];
        for (int i = 0; i < 17; i++) {
            d[i] = t.c[s + i] - '0';
        }
        if (NationalIds.chinese(d, 10)) {
            found.add(CN_RESIDENT_ID, s, e + 1, 0.9);
        }
    }

    /** {@code 12.345.678-5} or {@code 12345678-K}. */
    private static void chilean(PersonalText t, int s, int e, Found found) {
        if (e - s > 8 || e - s == 3 || t.isWordAt(s - 1) || glued(t, s)) {
            return;
        }
        long number = value(t, s, e);
        int at = e;
        boolean dotted = e - s <= 2;
        while (dotted && at < e + 8) {
            if (t.at(at) != '.' || !digits(t, at + 1, at + 4)) {
                return;
            }
            number = number * 1000 + value(t, at + 1, at + 4);
            at += 4;
        }
        char last = upper(t.at(at + 1));
        if (t.at(at) != '-' || number < 1_000_000 || t.isWordAt(at + 2) || t.at(at + 2) == '-') {
            return;
        }
        int sum = 0;
        int weight = 2;
        for (long rest = number; rest > 0; rest /= 10) {
            sum += (int) (rest % 10) * weight;
            weight = weight == 7 ? 2 : weight + 1;
        }
        int check = 11 - sum % 11;
        char expected = check == 11 ? '0' : check == 10 ? 'K' : (char) ('0' + check);
        if (last == expected) {
            boolean near = t.near(s, at + 2, CHILEAN_WORDS | ContextWords.IDENTITY);
            found.add(CL_RUT, s, at + 2, near ? 0.95 : dotted ? 0.8 : 0.4);
        }
    }

    /** Returns whether digits or letters go on before, behind a dot or dash. */
    private static boolean glued(PersonalText t, int start) {
        char before = t.at(start - 1);
        return (before == '.' || before == '-') && t.isWordAt(start - 2);
    }
}
