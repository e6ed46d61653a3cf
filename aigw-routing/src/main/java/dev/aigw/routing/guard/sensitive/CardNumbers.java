package dev.aigw.routing.guard.sensitive;

/** The issuers' ranges of payment cards, with the lengths of their numbers. Stateless. */
final class CardNumbers {

    private static final double SURE = 0.9;

    /** For ranges or lengths that many other numbers have. */
    private static final double WEAK = 0.4;

    private CardNumbers() {}

    /** Returns how much a number that passes Luhn's check looks like a card; 0 if no issuer has such numbers. */
    static double score(int[] d, int n) {
        int six = (int) CheckDigits.number(d, 0, 6);
        int four = six / 100;
        int two = six / 10_000;
        if (d[0] == 4) { // Visa, Elo
            return n == 16 ? SURE : n == 19 ? 0.75 : n == 13 ? WEAK : 0;
        }
        if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) { // Mastercard
            return n == 16 ? SURE : 0;
        }
        if (two == 34 || two == 37) { // American Express
            return n == 15 ? SURE : 0;
        }
        if (four == 6011 || two == 65 || (four >= 6440 && four <= 6499)) { // Discover
            return n == 16 ? SURE : n == 19 ? 0.6 : 0;
        }
        if (four >= 3528 && four <= 3589) { // JCB
            return n == 16 ? SURE : n >= 17 && n <= 19 ? 0.5 : 0;
        }
        if ((four >= 3000 && four <= 3059) || four == 3095 || two == 36 || two == 38 || two == 39) { // Diners Club
            return n == 14 ? 0.7 : n == 16 ? 0.6 : n == 19 ? WEAK : 0;
        }
        if (two == 62 || two == 81) { // UnionPay
            return n == 16 ? 0.8 : n >= 17 && n <= 19 ? 0.6 : 0;
        }
        if (four >= 2200 && four <= 2204) { // Mir
            return n == 16 ? 0.8 : n >= 17 && n <= 19 ? 0.5 : 0;
        }
        if (four == 9792 || four == 5019 || four == 5067 || six == 606282) { // Troy, Dankort, Elo, Hipercard
            return n == 16 ? SURE : 0;
        }
        if (two == 50 || (two >= 56 && two <= 69) || two == 82) { // Maestro, RuPay, Verve
            return n == 16 ? 0.7 : n >= 18 ? 0.5 : n >= 12 ? WEAK : 0;
        }
        if (four == 2131 || four == 1800) { // JCB, until about 2000
            return n == 15 ? WEAK : 0;
        }
        return d[0] == 1 && n == 15 ? 0.3 : 0; // UATP
    }

    /** Returns whether cards are printed or written in such groups. */
    static boolean isGrouping(StringBuilder groups) {
        char separator = 0;
        int count = 0;
        int size = 0;
        boolean even = true;
        for (int i = 0; i < groups.length(); i++) {
            char ch = groups.charAt(i);
            if (ch >= '0' && ch <= '9') {
                size = size * 10 + ch - '0';
            } else {
                if (separator != 0 && ch != separator) {
                    return false;
                }
                separator = ch;
                count++;
                even &= size >= 3;
                size = 0;
            }
        }
        return even && count <= 4 && separator != ':' && separator != '+' && separator != '/';
    }
}
