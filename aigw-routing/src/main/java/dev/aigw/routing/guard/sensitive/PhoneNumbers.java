package dev.aigw.routing.guard.sensitive;

/**
 * Telephone numbers: international ones (ITU-T E.164) by themselves, national ones by usual ways of writing, and any
 * digits of a fitting count beside a word for a telephone. Stateless.
 */
final class PhoneNumbers {

    private static final int GROUPS = 8;

    /** Codes of countries with two digits; all others but 1 and 7 have three. */
    private static final String TWO =
            " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60"
                    + " 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 ";

    private static final String THREE = " 21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99 ";

    private PhoneNumbers() {}

    /** The groups of digits from one run on, with what stands between them. */
    private static final class Groups {
        final int[] size = new int[GROUPS];
        final int[] end = new int[GROUPS];
        final int[] digits = new int[GROUPS];

        /** What stands before a group: a space, dash, dot or slash, or {@code ')'} where a parenthesis does. */
        final char[] glue = new char[GROUPS];

        int count;
    }

    /**
     * Looks for a number that begins with this run.
     *
     * @return the first run that does not belong to it; {@code run + 1} if there is none
     */
    static int find(PersonalText t, int run, Found found) {
        int first = t.runStart[run];
        if (t.runEnd[run] - first > 15) {
            return run + 1;
        }
        int start = first;
        boolean opened = t.at(first - 1) == '(';
        if (opened) {
            start--;
        }
        boolean plus = t.at(start - 1) == '+';
        if (plus) {
            start--;
            if (!opened && t.at(start - 1) == '(') {
                opened = true;
                start--;
            }
        }
        char before = t.at(start - 1);
        if ((t.isWordAt(start - 1) && !(before == '_'))
                || (PersonalText.isLetter(before) && !PersonalText.isUnspaced(before))
                || (!plus && !begins(t, start, before))) {
            return run + 1;
        }
        Groups g = read(t, run, opened);
        if (g.digits[g.count - 1] < 7) {
            return run + 1;
        }
        boolean strongBefore = t.before(start, ContextWords.PHONE);
        boolean weakBefore = strongBefore || t.before(start, ContextWords.PHONE_WEAK);
        boolean other = !weakBefore && t.before(start, ContextWords.OTHER | ContextWords.CARD);
        for (int count = g.count; count > 0; count--) {
            if (!ends(t, g.end[count - 1])) {
                continue;
            }
            int behind = g.end[count - 1];
            int full = extension(t, behind);
            boolean strong =
                    strongBefore || t.behind(full, ContextWords.PHONE) || t.close(full, ContextWords.PHONE_WEAK);
            boolean weak = strong || weakBefore || t.behind(full, ContextWords.PHONE_WEAK);
            double score = plus ? international(t, g, count, first) : national(t, g, count, first, opened);
            if (strong || weak) {
                score = Math.max(score + 0.1, byContext(t, g, count, first, opened, strong, plus));
            } else if (other && !plus) {
                score -= 0.35;
            }
            if (score >= 0.3) {
                int end = g.end[count - 1];
                if (opened && g.count == 1 && t.at(end) == ')') {
                    end++;
                }
                found.add(
                        EntityType.PHONE,
                        opened && !closes(t, start, end) ? start + 1 : start,
                        extension(t, end),
                        score);
                return score >= 0.5 ? run + count : run + 1;
            }
        }
        return run + 1;
    }

    private static boolean closes(PersonalText t, int start, int end) {
        for (int i = start; i < end; i++) {
            if (t.c[i] == ')') {
                return true;
            }
        }
        return false;
    }

    private static boolean begins(PersonalText t, int start, char before) {
        if (before == '$'
                || before == '\u20AC'
                || before == '\u00A3'
                || before == '#'
                || (before == '=' && t.at(start - 2) == '=')) {
            return false;
        }
        return !t.joinsCode(start - 1, -1)
                && !((before == '.'
                                || before == '-'
                                || before == '/'
                                || before == ','
                                || before == ':'
                                || before == '+')
                        && PersonalText.isDigit(t.at(start - 2)));
    }

    private static boolean ends(PersonalText t, int end) {
        char next = t.at(end);
        if ((next | 32) == 'x' && PersonalText.isDigit(t.at(end + 1))) {
            return true;
        }
        if ((t.isWordAt(end) && next != '_') || next == '%' || next == '\u20AC') {
            return false;
        }
        return !t.joinsCode(end, 1)
                && !((next == '.' || next == '-' || next == '/' || next == ':' || next == ',')
                        && PersonalText.isDigit(t.at(end + 1)));
    }

    private static Groups read(PersonalText t, int run, boolean opened) {
        Groups g = new Groups();
        boolean open = opened;
        int digits = 0;
        for (int k = run; k < t.runs && g.count < GROUPS; k++) {
            int size = t.runEnd[k] - t.runStart[k];
            if (k > run) {
                int from = t.runEnd[k - 1];
                int gap = t.runStart[k] - from;
                char glue = glue(t, from, gap, open);
                if (glue == 0 || digits + size > 17) {
                    break;
                }
                if (glue == ')') {
                    open = false;
                } else if (glue == '(') {
                    open = true;
                }
                g.glue[g.count] = glue;
            }
            digits += size;
            g.size[g.count] = size;
            g.end[g.count] = t.runEnd[k];
            g.digits[g.count] = digits;
            g.count++;
        }
        return g;
    }

    /** Returns what stands between two groups, or 0 if they belong to different numbers. */
    private static char glue(PersonalText t, int from, int gap, boolean open) {
        char ch = t.at(from);
        if (gap == 1) {
            return ch == ' ' || ch == '-' || ch == '.' || ch == '/'
                    ? ch
                    : ch == ')' && open ? ')' : ch == '(' ? '(' : 0;
        }
        if (gap == 2) {
            char second = t.at(from + 1);
            if (ch == ')' && open && (second == ' ' || second == '-' || second == '/')) {
                return ')';
            }
            return !open && second == '(' && (ch == ' ' || ch == '-') ? '(' : 0;
        }
        return gap == 3 && ch == ' ' && t.at(from + 2) == ' ' && (t.at(from + 1) == '-' || t.at(from + 1) == '/')
                ? '-'
                : 0;
    }

    private static double international(PersonalText t, Groups g, int count, int first) {
        int digits = g.digits[count - 1];
        for (int i = 1; i < count; i++) {
            if (g.glue[i] == '(' && g.size[i] == 1) {
                digits--; // (0)
            }
        }
        int code = codeLength(t, first);
        if (code == 0) {
            return 0;
        }
        int own = digits - code;
        boolean fits = switch (t.c[first]) {
            case '1' -> own == 10;
            case '7' -> own == 10;
            default -> own >= 6 && own <= 12 && digits <= 15;
        };
        if (!fits) {
            return own >= 7 && own <= 12 ? 0.6 : 0;
        }
        return g.size[count - 1] == 1 && count > 2 ? 0.5 : 0.9;
    }

    private static int codeLength(PersonalText t, int at) {
        char first = t.at(at);
        if (first == '1' || first == '7') {
            return 1;
        }
        String two = " " + first + t.at(at + 1) + " ";
        return !PersonalText.isDigit(t.at(at + 1)) ? 0 : TWO.contains(two) ? 2 : THREE.contains(two) ? 3 : 0;
    }

    /** Returns the score of a number by its form alone. */
    private static double national(PersonalText t, Groups g, int count, int first, boolean opened) {
        int digits = g.digits[count - 1];
        if (count == 1) {
            boolean trunk = t.c[first] == '0';
            if (trunk && t.at(first + 1) == '0' && t.at(first + 2) != '0' && digits >= 11 && digits <= 15) {
                return codeLength(t, first + 2) > 0 ? 0.45 : 0;
            }
            return trunk && t.at(first + 1) != '0' && digits >= 10 && digits <= 11 ? 0.4 : 0;
        }
        char glue = g.glue[count - 1];
        for (int i = 2; i < count; i++) {
            if (g.glue[i] != glue) {
                return 0;
            }
        }
        if (g.size[0] == 3 && count == 3 && g.size[1] == 3 && g.size[2] == 4) {
            return american(t, first, g.end[0], g, 1, opened);
        }
        if (g.size[0] == 1 && t.c[first] == '1' && count == 4 && g.size[1] == 3 && g.size[2] == 3 && g.size[3] == 4) {
            return american(t, g.end[1] - 3, g.end[1], g, 2, g.glue[1] == '(');
        }
        if (opened && g.glue[1] == ')') {
            return parenthesis(t, g, count, first);
        }
        if (t.c[first] == '0') {
            return trunk(t, g, count, first, digits);
        }
        return count == 2 && g.size[0] == 5 && g.size[1] == 5 && t.c[first] >= '6' && g.glue[1] != '.' ? 0.5 : 0;
    }

    private static double american(PersonalText t, int area, int areaEnd, Groups g, int from, boolean opened) {
        int exchange = areaEnd;
        while (!PersonalText.isDigit(t.at(exchange))) {
            exchange++;
        }
        if (t.c[area] < '2' || t.c[exchange] < '2') {
            return 0.3;
        }
        char glue = g.glue[from + 1];
        if (opened && glue != '/') {
            return 0.9;
        }
        return g.glue[from] != glue && g.glue[from] != '/' ? 0.3 : glue == '-' ? 0.8 : glue == '.' ? 0.75 : 0.6;
    }

    private static double parenthesis(PersonalText t, Groups g, int count, int first) {
        int digits = g.digits[count - 1];
        boolean zero = t.c[first] == '0';
        if (digits < 9 || digits > 12 || g.size[0] > 5 || g.size[0] < 2 || g.size[count - 1] < 2) {
            return digits == 8 && g.size[0] == 2 ? 0.4 : 0;
        }
        return zero || (g.size[0] == 2 && count == 3 && g.size[1] >= 4 && g.size[2] == 4) ? 0.75 : 0.45;
    }

    private static double trunk(PersonalText t, Groups g, int count, int first, int digits) {
        if (t.at(first + 1) == '0') {
            return t.at(first + 2) != '0' && digits >= 10 && digits <= 17 && count >= 3 ? 0.7 : 0;
        }
        if (g.size[0] == 1) {
            boolean grouped = count >= 4 && g.size[1] == 3 && g.size[count - 1] >= 2 && digits == 11;
            return grouped ? 0.65 : 0;
        }
        boolean social = count == 3 && g.size[0] == 3 && g.size[1] == 2 && g.size[2] == 4;
        if (digits < 9 || digits > 12 || g.size[0] > 6 || social || count > 5) {
            return 0;
        }
        for (int i = 1; i < count; i++) {
            if (g.size[i] < 2 || g.size[i] > 8) {
                return 0;
            }
        }
        char glue = g.glue[count - 1];
        boolean pairs = count == 5 && g.size[0] == 2 && digits == 10;
        if (glue == '.') {
            return pairs ? 0.7 : g.size[0] >= 3 && count >= 3 ? 0.5 : 0;
        }
        boolean mixed = count > 2 && g.glue[1] != glue;
        return mixed && g.glue[1] != '/' && g.glue[1] != '-' ? 0.3 : count == 2 && g.size[0] == 2 ? 0.45 : 0.65;
    }

    /** Returns the score of digits beside a word for a telephone. */
    private static double byContext(
            PersonalText t, Groups g, int count, int first, boolean opened, boolean strong, boolean plus) {
        int digits = g.digits[count - 1];
        if (digits < 7 || digits > 15 || isDate(t, g, count, first)) {
            return 0;
        }
        int single = 0;
        for (int i = 1; i < count; i++) {
            single += g.size[i] == 1 && g.glue[i] != '(' ? 1 : 0;
        }
        if (single > 1 && !plus) {
            return 0;
        }
        if (count == 1) {
            return strong ? 0.75 : digits >= 9 && digits <= 12 ? 0.55 : opened || isLedTo(t, first) ? 0.5 : 0.3;
        }
        return strong ? 0.85 : 0.65;
    }

    /** Returns whether two small words stand before it, as in {@code call me at}. */
    private static boolean isLedTo(PersonalText t, int first) {
        int letters = 0;
        int words = 0;
        for (int i = first - 1; i >= 0 && i > first - 12; i--) {
            char ch = t.c[i];
            if (ch == ' ') {
                words += letters > 0 ? 1 : 0;
                letters = 0;
            } else if (ch < 'a' || ch > 'z' || ++letters > 5) {
                break;
            }
            if (words == 2) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDate(PersonalText t, Groups g, int count, int first) {
        if (count == 1) {
            return g.size[0] == 8
                    && ((t.c[first] == '1' && t.c[first + 1] == '9') || (t.c[first] == '2' && t.c[first + 1] == '0'))
                    && t.c[first + 4] <= '1';
        }
        boolean iso = g.size[0] == 4
                && count >= 3
                && g.size[1] == 2
                && g.size[2] == 2
                && g.glue[1] == g.glue[2]
                && (t.c[first] == '1' || t.c[first] == '2')
                && g.glue[1] != ' ';
        boolean day = count == 3
                && g.size[0] <= 2
                && g.size[1] <= 2
                && g.size[2] == 4
                && g.glue[1] == g.glue[2]
                && g.glue[1] != ' ';
        return iso || day;
    }

    /** Returns the end with an extension, such as {@code x036} or {@code ext. 12}. */
    private static int extension(PersonalText t, int end) {
        int i = end;
        if (t.at(i) == ',') {
            i++;
        }
        if (t.at(i) == ' ') {
            i++;
        }
        if ((t.at(i) | 32) == 'e' && (t.at(i + 1) | 32) == 'x' && (t.at(i + 2) | 32) == 't') {
            i += 3;
            while (PersonalText.isAsciiLetter(t.at(i)) && i < end + 12) {
                i++;
            }
        } else if ((t.at(i) | 32) == 'x' || (t.at(i) == '#' && i > end)) {
            i++;
        } else {
            return end;
        }
        while ((t.at(i) == ' ' || t.at(i) == '.' || t.at(i) == ':') && i < end + 14) {
            i++;
        }
        int digits = i;
        while (PersonalText.isDigit(t.at(i)) && i < digits + 7) {
            i++;
        }
        return i == digits || t.isWordAt(i) ? end : i;
    }
}
