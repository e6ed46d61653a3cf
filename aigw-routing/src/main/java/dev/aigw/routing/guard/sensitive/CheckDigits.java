package dev.aigw.routing.guard.sensitive;

/** Check digits over arrays of digits; each method reads the first {@code n} of them. Stateless. */
final class CheckDigits {

    private static final String VERHOEFF_D =
            "01234567891234067895234017895634012895674012395678" + "59876043216598710432765982104387659321049876543210";
    private static final String VERHOEFF_P =
            "0123456789157628309458037961428916043527" + "9453126870428657390127938064157046913258";

    private static final int[] DAYS = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private CheckDigits() {}

    /** Luhn's sum over 10, of cards and many numbers of states (ISO/IEC 7812-1, annex B). */
    static boolean luhn(int[] d, int n) {
        return luhn(d, 0, n);
    }

    static boolean luhn(int[] d, int from, int to) {
        int sum = 0;
        boolean twice = false;
        for (int i = to - 1; i >= from; i--) {
            int v = d[i];
            if (twice) {
                v = v > 4 ? 2 * v - 9 : 2 * v;
            }
            sum += v;
            twice = !twice;
        }
        return sum % 10 == 0;
    }

    /** Returns the sum of the digits, each times its weight. */
    static int weighted(int[] d, int... weights) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += d[i] * weights[i];
        }
        return sum;
    }

    /** Returns the digits from {@code from} to before {@code to} as a number. */
    static long number(int[] d, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value * 10 + d[i];
        }
        return value;
    }

    /** Verhoeff's check digit, of the Aadhaar. */
    static boolean verhoeff(int[] d, int n) {
        int c = 0;
        for (int i = n - 1; i >= 0; i--) {
            int p = VERHOEFF_P.charAt((n - 1 - i) % 8 * 10 + d[i]) - '0';
            c = VERHOEFF_D.charAt(c * 10 + p) - '0';
        }
        return c == 0;
    }

    /** ISO/IEC 7064, MOD 11,10, of the German and Croatian tax numbers. */
    static boolean mod1110(int[] d, int n) {
        int product = 10;
        for (int i = 0; i < n - 1; i++) {
            int sum = (d[i] + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        return (11 - product) % 10 == d[n - 1];
    }

    /** Returns whether the month and the day could be of one date. */
    static boolean day(int month, int day) {
        return month >= 1 && month <= 12 && day >= 1 && day <= DAYS[month];
    }
}
