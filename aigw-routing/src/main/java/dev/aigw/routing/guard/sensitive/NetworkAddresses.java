package dev.aigw.routing.guard.sensitive;

/**
 * Addresses of the internet, versions 4 and 6 (RFC 4291, RFC 5952), with a length of their prefix, and of network
 * interfaces. Stateless.
 */
final class NetworkAddresses {

    private static final int LONGEST = 46;

    private NetworkAddresses() {}

    /** Looks for an address of version 4 that begins with this run. */
    static void version4(PersonalText t, int run, Found found) {
        if (run + 3 >= t.runs) {
            return;
        }
        int s = t.runStart[run];
        boolean small = true;
        for (int k = run; k < run + 4; k++) {
            int size = t.runEnd[k] - t.runStart[k];
            if (size > 3
                    || (size > 1 && t.c[t.runStart[k]] == '0' && !onlyZeros(t, k))
                    || (k > run && (t.runStart[k] != t.runEnd[k - 1] + 1 || t.c[t.runEnd[k - 1]] != '.'))) {
                return;
            }
            int value = Integer.parseInt(new String(t.c, t.runStart[k], size));
            if (value > 255) {
                return;
            }
            small &= value < 10;
        }
        int e = t.runEnd[run + 3];
        char before = t.at(s - 1);
        if (t.isWordAt(s - 1)
                || before == '.'
                || t.isWordAt(e)
                || (t.at(e) == '.' && PersonalText.isDigit(t.at(e + 1)))) {
            return;
        }
        int end = prefix(t, e, 32);
        boolean port = t.at(e) == ':' && PersonalText.isDigit(t.at(e + 1));
        boolean near = t.near(s, e, ContextWords.IP);
        double score = 0.9;
        if (before == '-'
                || (before == '=' && t.at(s - 2) == '=')
                || before == '^'
                || before == '~'
                || before == '\u00A7'
                || (before == '/' && t.isWordAt(s - 2))) {
            score = near && before != '/' ? 0.5 : 0.3; // a package's or a product's version
        }
        if (isVersion(t, s, isPrivate(t, run) ? 12 : 40)) {
            score = 0.2;
        }
        if ((small && !near && !port && end == e && !(t.at(s) == t.at(s + 2) && t.at(s + 4) == t.at(s + 6)))
                || (t.c[s] == '0' && !onlyZeros(t, run + 1))) {
            score -= 0.5;
        }
        if (score > 0.15) {
            found.add(EntityType.IP_ADDRESS, s, end, score);
        }
    }

    private static boolean onlyZeros(PersonalText t, int run) {
        return t.runEnd[run] - t.runStart[run] == 1 && t.c[t.runStart[run]] == '0';
    }

    /** Returns whether it is in a range for private networks; version numbers rarely are. */
    private static boolean isPrivate(PersonalText t, int run) {
        int s = t.runStart[run];
        String start = new String(t.c, s, Math.min(8, t.n - s));
        return start.startsWith("10.")
                || start.startsWith("192.168.")
                || start.startsWith("172.")
                || start.startsWith("127.");
    }

    /** Returns whether a word for a version stands so close before it, and no word for an address in between. */
    private static boolean isVersion(PersonalText t, int s, int window) {
        for (int i = t.firstContextFrom(s) - 1; i >= 0 && t.contextEnd(i) >= s - window; i--) {
            if ((t.contextKinds(i) & ContextWords.IP) != 0) {
                return false;
            }
            if ((t.contextKinds(i) & ContextWords.VERSION) != 0) {
                return true;
            }
        }
        return false;
    }

    private static int prefix(PersonalText t, int e, int most) {
        if (t.at(e) != '/') {
            return e;
        }
        int i = e + 1;
        int value = 0;
        while (i < e + 5 && PersonalText.isDigit(t.at(i))) {
            value = value * 10 + t.c[i++] - '0';
        }
        return i == e + 1 || value > most || t.isWordAt(i) ? e : i;
    }

    /**
     * Looks for an address of version 6 whose first colon is at {@code colon}, or of an interface.
     *
     * @return where to go on: behind all that may belong to such an address
     */
    static int colons(PersonalText t, int colon, Found found) {
        int s = colon;
        while (s > 0 && colon - s < 5 && PersonalText.isHex(t.c[s - 1])) {
            s--;
        }
        int e = colon;
        while (e < t.n && (PersonalText.isHex(t.c[e]) || t.c[e] == ':' || t.c[e] == '.')) {
            e++;
        }
        int next = e;
        if (t.isWordAt(s - 1) || e - s > LONGEST) {
            return next;
        }
        if (s == colon && t.at(colon + 1) != ':') {
            return next;
        }
        while (e > colon + 1 && (t.c[e - 1] == '.' || (t.c[e - 1] == ':' && t.c[e - 2] != ':'))) {
            e--;
        }
        if (t.isWordAt(e)) {
            return next;
        }
        if (isInterface(t, s, e, ':')) {
            addInterface(t, s, e, found);
            return next;
        }
        double score = version6(t, s, e);
        if (score > 0) {
            found.add(EntityType.IP_ADDRESS, s, prefix(t, zone(t, e), 128), score);
        }
        return next;
    }

    private static int zone(PersonalText t, int e) {
        if (t.at(e) != '%') {
            return e;
        }
        int i = e + 1;
        while (i < e + 16 && t.isWordAt(i)) {
            i++;
        }
        return i == e + 1 ? e : i;
    }

    /** Returns the score of an address; 0 if it is none. */
    private static double version6(PersonalText t, int s, int e) {
        int groups = 0;
        int digits = 0;
        boolean gap = false;
        boolean figures = false;
        int i = s;
        if (t.c[i] == ':') {
            if (t.at(i + 1) != ':') {
                return 0;
            }
            gap = true;
            i += 2;
        }
        while (i < e) {
            int start = i;
            while (i < e && PersonalText.isHex(t.c[i])) {
                figures |= PersonalText.isDigit(t.c[i]);
                i++;
            }
            if (i == start || i - start > 4) {
                return 0;
            }
            if (i < e && t.c[i] == '.') {
                if (!isFour(t, start, e)) {
                    return 0;
                }
                groups += 2;
                digits += 8;
                i = e;
                break;
            }
            groups++;
            digits += i - start;
            if (i == e) {
                break;
            }
            i++; // the colon
            if (i < e && t.c[i] == ':') {
                if (gap) {
                    return 0;
                }
                gap = true;
                i++;
            } else if (i == e) {
                return 0;
            }
        }
        if (gap ? groups > 7 : groups != 8) {
            return 0;
        }
        return plausible(t, s, e, gap, groups, digits, figures);
    }

    /** Short forms are also slices and scopes in code. */
    private static double plausible(
            PersonalText t, int s, int e, boolean gap, int groups, int digits, boolean figures) {
        if (!gap || groups >= 3 || digits >= 8) {
            return figures || !gap || groups >= 4 ? 0.95 : 0.45;
        }
        char before = t.at(s - 1);
        char next = t.at(e);
        boolean slice = (before == '[' && (t.isWordAt(s - 2) || t.at(s - 2) == ']' || t.at(s - 2) == ')'))
                || before == ','
                || (next == ',' && t.at(s - 1) == '[');
        if (slice || next == '(' || next == '<' || before == ':') {
            return 0;
        }
        boolean sized = prefix(t, e, 128) > e;
        boolean near = t.near(s, e, ContextWords.IP);
        if (near || sized) {
            return 0.8;
        }
        return groups == 1 && e - s == 3 && t.c[e - 1] == '1' && before != '['
                ? 0.6
                : digits >= 5 && figures ? 0.6 : 0.3;
    }

    private static boolean isFour(PersonalText t, int s, int e) {
        int parts = 1;
        int value = 0;
        int size = 0;
        for (int i = s; i < e; i++) {
            char ch = t.c[i];
            if (ch == '.') {
                if (size == 0) {
                    return false;
                }
                parts++;
                value = 0;
                size = 0;
            } else if (PersonalText.isDigit(ch)) {
                value = value * 10 + ch - '0';
                size++;
                if (size > 3 || value > 255) {
                    return false;
                }
            } else {
                return false;
            }
        }
        return parts == 4 && size > 0;
    }

    /** Looks for an interface's address in pairs with dashes, whose first dash is here. */
    static void dashes(PersonalText t, int dash, Found found) {
        int s = dash - 2;
        if (s >= 0
                && !t.isWordAt(s - 1)
                && t.at(s - 1) != '-'
                && isInterface(t, s, s + 17, '-')
                && !t.isWordAt(s + 17)
                && t.at(s + 17) != '-') {
            addInterface(t, s, s + 17, found);
        }
    }

    /** Looks for an interface's address in three groups of four with dots, whose first dot is here. */
    static void dots(PersonalText t, int dot, Found found) {
        int s = dot - 4;
        if (s < 0 || t.isWordAt(s - 1) || t.at(s + 9) != '.' || t.isWordAt(s + 14) || t.at(s - 1) == '.') {
            return;
        }
        boolean letter = false;
        for (int i = s; i < s + 14; i++) {
            if (i != dot && i != s + 9) {
                if (!PersonalText.isHex(t.at(i))) {
                    return;
                }
                letter |= !PersonalText.isDigit(t.c[i]);
            }
        }
        boolean near = t.near(s, s + 14, ContextWords.MAC);
        found.add(EntityType.MAC_ADDRESS, s, s + 14, near ? 0.9 : letter ? 0.6 : 0.3);
    }

    private static boolean isInterface(PersonalText t, int s, int e, char separator) {
        if ((e - s != 17 && e - s != 23) || e > t.n) {
            return false;
        }
        for (int i = s; i < e; i++) {
            if ((i - s) % 3 == 2 ? t.c[i] != separator : !PersonalText.isHex(t.c[i])) {
                return false;
            }
        }
        return true;
    }

    private static void addInterface(PersonalText t, int s, int e, Found found) {
        boolean zeros = true;
        boolean ones = true;
        boolean letter = false;
        for (int i = s; i < e; i++) {
            if ((i - s) % 3 != 2) {
                zeros &= t.c[i] == '0';
                ones &= (t.c[i] | 32) == 'f';
                letter |= !PersonalText.isDigit(t.c[i]);
            }
        }
        if (!zeros && !ones) {
            double score = t.c[s + 2] == ':' || letter ? 0.9 : 0.45;
            found.add(EntityType.MAC_ADDRESS, s, e, t.near(s, e, ContextWords.MAC) ? 0.95 : score);
        }
    }
}
