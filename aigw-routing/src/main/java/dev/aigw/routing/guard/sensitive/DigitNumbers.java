package dev.aigw.routing.guard.sensitive;

import java.util.List;

/**
 * Finds cards and numbers of states that consist of digits: from each run of digits, over single separators, up to 19
 * digits. Stateless.
 */
final class DigitNumbers {

    private static final int MOST = 19;

    private DigitNumbers() {}

    /** Looks for numbers that begin with this run. */
    static void find(PersonalText t, int run, Found found) {
        int s = t.runStart[run];
        if (t.runEnd[run] - s > MOST || !begins(t, s)) {
            return;
        }
        int[] d = new int[MOST];
        int count = 0;
        StringBuilder groups = new StringBuilder(24);
        for (int k = run; k < t.runs && k < run + 7; k++) {
            int size = t.runEnd[k] - t.runStart[k];
            if (count + size > MOST) {
                return;
            }
            for (int i = t.runStart[k]; i < t.runEnd[k]; i++) {
                d[count++] = t.c[i] - '0';
            }
            groups.append(size);
            int e = t.runEnd[k];
            boolean more = k + 1 < t.runs && t.runStart[k + 1] == e + 1 && isSeparator(t.c[e]);
            if (count >= 9 && ends(t, e, more)) {
                if (count >= 12) {
                    card(t, s, e, d, count, k == run, groups, found);
                }
                state(t, s, e, d, count, k == run, groups, found);
            }
            if (!more) {
                return;
            }
            groups.append(t.c[e]);
        }
    }

    private static boolean isSeparator(char ch) {
        return ch == ' ' || ch == '-' || ch == '.' || ch == '/' || ch == '+' || ch == ':';
    }

    private static boolean begins(PersonalText t, int s) {
        char before = t.at(s - 1);
        if (t.isWordAt(s - 1) && before != '_') {
            return false;
        }
        return !t.joinsCode(s - 1, -1)
                && !((before == '-' || before == '.' || before == ',' || before == '+')
                        && PersonalText.isDigit(t.at(s - 2)))
                && !((before == '$' || before == '\u20AC' || before == '\u00A3') && PersonalText.isDigit(t.at(s)));
    }

    private static boolean ends(PersonalText t, int e, boolean more) {
        char next = t.at(e);
        if (t.isWordAt(e) && next != '_') {
            return false;
        }
        return !t.joinsCode(e, 1) && (!more || next == ' ' || next == ':');
    }

    private static void card(
            PersonalText t, int s, int e, int[] d, int count, boolean plain, StringBuilder groups, Found found) {
        double score = CardNumbers.score(d, count);
        if (!CheckDigits.luhn(d, count) || CheckDigits.number(d, 0, 9) == 0) {
            return;
        }
        boolean grouping = plain || CardNumbers.isGrouping(groups);
        if (!grouping) {
            score -= 0.35;
        }
        if (grouping && t.near(s, e, ContextWords.CARD)) {
            score = score > 0 ? Math.max(score, 0.6) + 0.25 : 0.6; // issuers get new ranges
        } else if (plain && t.near(s, e, ContextWords.OTHER)) {
            score -= 0.3;
        }
        if (score > 0.25) {
            found.add(EntityType.CARD, s, e, score);
        }
    }

    private static void state(
            PersonalText t, int s, int e, int[] d, int count, boolean plain, StringBuilder groups, Found found) {
        List<NationalIds.NationalId> candidates = NationalIds.ofLength(count);
        if (candidates.isEmpty()) {
            return;
        }
        String marked = plain ? "" : "|" + groups + "|";
        for (NationalIds.NationalId id : candidates) {
            if (!found.wants(id.type())) {
                continue;
            }
            boolean grouped = !plain && id.groups().contains(marked);
            if (!id.check().test(d)) {
                continue;
            }
            double score = plain ? id.plain() : grouped ? id.grouped() : 0.15;
            if (t.near(s, e, id.context())) {
                score = Math.max(score, 0.6) + 0.3;
            } else if (t.near(s, e, ContextWords.IDENTITY)) {
                score += 0.2;
            } else if (plain && t.near(s, e, ContextWords.OTHER | ContextWords.PHONE | ContextWords.CARD)) {
                score -= 0.2;
            }
            if (score >= 0.3) {
                found.add(id.type(), s, e, score);
            }
        }
    }
}
