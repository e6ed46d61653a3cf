package dev.aigw.routing.guard.sensitive;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Postal addresses by the ways in which a few countries write them: a street's name and a number, a post-office box, a
 * postcode with its label. Stateless.
 */
final class PostalAddresses {

    /** Stands behind the name: "12 Elm Street". */
    private static final long LAST = 1;

    /** An abbreviation or a common word, which needs a number before it. */
    private static final long SHORT = 2;

    /** Stands before the name, behind the number: "12 rue de la Paix"; or the number follows: "Via Roma 12". */
    private static final long FIRST = 4;

    /** May stand between, in small letters. */
    private static final long LINK = 8;

    /** Stands behind the name and before the number: "Torgauer Str. 5". */
    private static final long MIDDLE = 32;

    /** Has small letters behind a number, too. */
    private static final long SMALL = 64;

    /** A part of a building, with a number: "Apt. 4". */
    private static final long UNIT = 16;

    private static final WordTable WORDS = words();

    private static final String[] COMPOUND = {
        "strasse", "straße", "str", "gasse", "weg", "platz", "allee", "damm", "straat", "laan", "plein",
        "gracht", "gata", "gatan", "vägen", "veien", "vegen", "gade", "vej", "katu", "kuja", "väg"
    };

    private PostalAddresses() {}

    private static WordTable words() {
        Map<String, Long> words = new HashMap<>();
        put(
                words,
                LAST,
                "street,avenue,road,boulevard,lane,drive,court,parkway,highway,terrace,crescent,expressway,"
                        + "turnpike,alley,mews,grove,gardens,row,way,place,square,close,circle,trail,plaza,quay,esplanade");
        put(words, LAST | SHORT, "st,ave,rd,blvd,ln,dr,ct,pkwy,hwy,ter,cres,sq,pl,cir");
        put(words, FIRST | SMALL, "rue,avenue,boulevard,bd,chemin,impasse,allée,quai,cours,passage,faubourg");
        put(
                words,
                FIRST,
                "calle,avenida,avda,"
                        + "paseo,plaza,carrer,camino,via,viale,piazza,corso,largo,vicolo,rua,travessa,praça,estrada,ul,ulica,"
                        + "aleja,al,улица,ул,проспект,pr,cadde,caddesi,sokak,οδός");
        put(words, MIDDLE, "str,straße,strasse,platz,weg,allee,gasse,ring,damm,ufer,straat,laan,plein,utca,út");
        put(
                words,
                LINK,
                "de,du,des,la,le,les,del,della,dei,di,da,do,dos,das,y,el,los,las,the,of,den,der,am,van,von,l,d");
        put(words, UNIT, "apt,apartment,suite,ste,unit,flat,floor,room,box,bldg,building");
        return new WordTable(words);
    }

    private static void put(Map<String, Long> words, long kind, String list) {
        for (String word : list.split(",", 0)) {
            words.merge(word.toLowerCase(Locale.ROOT), kind, (a, b) -> a | b);
        }
    }

    static void find(PersonalText t, Found found) {
        int behind = 0;
        int run = 0;
        for (int w = 0; w < t.words; w++) {
            int s = t.wordStart[w];
            int e = t.wordEnd[w];
            while (run < t.runs && t.runStart[run] < e) {
                run++; // the first run behind the word
            }
            if (s < behind || e - s > 30) {
                continue;
            }
            long kind = e - s > 12 ? 0 : WORDS.get(t.c, s, e);
            int end = -1;
            if (((kind & LAST) != 0 && PersonalText.isUpper(t.c[s])) || ((kind & LAST) != 0 && (kind & SHORT) == 0)) {
                end = nameFirst(t, w, run, kind, found);
            }
            if (end < 0 && (kind & FIRST) != 0) {
                end = nameLast(t, w, run, kind, found);
            }
            if (end < 0
                    && (kind & MIDDLE) != 0
                    && w > 0
                    && run < t.runs
                    && t.runStart[run] - e <= 2
                    && PersonalText.isUpper(t.c[s])
                    && gap(t, t.wordEnd[w - 1], s)
                    && PersonalText.isUpper(t.c[t.wordStart[w - 1]])
                    && !isYear(t, run)) {
                end = compound(t, w, run, found);
            }
            if (end < 0
                    && kind == 0
                    && e - s >= 5
                    && !isYear(t, run)
                    && run < t.runs
                    && t.runStart[run] - e <= 2
                    && PersonalText.isUpper(t.c[firstWord(t, w, s)])) {
                end = compound(t, w, run, found);
            }
            if (end < 0 && e - s == 3 && run < t.runs && isBox(t, s)) {
                end = box(t, w, run, found);
            }
            behind = Math.max(behind, end);
        }
        postcodes(t, found);
    }

    private static boolean isYear(PersonalText t, int run) {
        if (run >= t.runs || t.runEnd[run] - t.runStart[run] != 4) {
            return false;
        }
        char first = t.c[t.runStart[run]];
        char second = t.c[t.runStart[run] + 1];
        return (first == '1' && (second == '8' || second == '9')) || (first == '2' && second == '0');
    }

    private static int firstWord(PersonalText t, int w, int s) {
        return w > 0 && t.wordEnd[w - 1] == s - 1 && t.at(s - 1) == '-' ? t.wordStart[w - 1] : s;
    }

    /** "12 Elm Street", "12B North Elm St., Apt. 4, Springfield, IL 62704". */
    private static int nameFirst(PersonalText t, int w, int run, long kind, Found found) {
        int first = w;
        int names = 0;
        while (first > 0
                && names < 4
                && gap(t, t.wordEnd[first - 1], t.wordStart[first])
                && (PersonalText.isUpper(t.c[t.wordStart[first - 1]]) || isOrdinal(t, first - 1))) {
            first--;
            names++;
        }
        int name = t.wordStart[first];
        int number = run - 1;
        while (number >= 0 && t.runStart[number] >= name) {
            number--;
        }
        if (number >= 0 && t.runEnd[number] == name) { // the 5 of 5th, or the number of 12B, whose letter is a word
            if (isOrdinal(t, first)) {
                name = t.runStart[number--];
            } else {
                names--;
            }
        }
        if (names == 0
                || number < 0
                || name - t.runEnd[number] > 2
                || t.runEnd[number] - t.runStart[number] > 6
                || hasLine(t, t.runEnd[number], name)) {
            return -1;
        }
        int s = t.runStart[number];
        if (t.isWordAt(s - 1) || t.at(s - 1) == '$' || t.at(s - 1) == '.') {
            return -1;
        }
        int e = t.wordEnd[w];
        boolean capital = PersonalText.isUpper(t.c[t.wordStart[w]]);
        double score = (kind & SHORT) != 0 ? 0.7 : capital ? 0.8 : 0.55;
        int end = rest(t, e, w + 1, run);
        found.add(EntityType.ADDRESS, s, end, end > e + 1 ? score + 0.1 : score);
        return end;
    }

    private static boolean isOrdinal(PersonalText t, int w) {
        return t.wordEnd[w] - t.wordStart[w] == 2 && PersonalText.isDigit(t.at(t.wordStart[w] - 1));
    }

    /** "12 bis, rue de la Paix, 75002 Paris", "Via Roma, 12". */
    private static int nameLast(PersonalText t, int w, int run, long kind, Found found) {
        int last = w;
        int names = 0;
        while (last + 1 < t.words && names < 5 && gap(t, t.wordEnd[last], t.wordStart[last + 1])) {
            boolean name = PersonalText.isUpper(t.c[t.wordStart[last + 1]]);
            int size = t.wordEnd[last + 1] - t.wordStart[last + 1];
            if (!name && (size > 6 || (WORDS.get(t.c, t.wordStart[last + 1], t.wordEnd[last + 1]) & LINK) == 0)) {
                break;
            }
            last++;
            names += name ? 1 : 0;
        }
        if (names == 0) {
            return -1;
        }
        int e = t.wordEnd[last];
        int next = run;
        while (next < t.runs && t.runStart[next] < e) {
            next++;
        }
        boolean after = next < t.runs
                && t.runStart[next] - e <= 4
                && !hasLine(t, e, t.runStart[next])
                && t.runEnd[next] - t.runStart[next] <= 4
                && onlyPunctuation(t, e, t.runStart[next]);
        int before = run - 1;
        boolean number = before >= 0
                && t.wordStart[w] - t.runEnd[before] <= 6
                && t.runEnd[before] - t.runStart[before] <= 4
                && (PersonalText.isUpper(t.c[t.wordStart[w]]) || (kind & SMALL) != 0)
                && !hasLine(t, t.runEnd[before], t.wordStart[w])
                && !t.isWordAt(t.runStart[before] - 1)
                && t.at(t.runStart[before] - 1) != '.'
                && isNumberPart(t, t.runEnd[before], t.wordStart[w]);
        if (number) {
            int end = rest(t, e, last + 1, next);
            found.add(EntityType.ADDRESS, t.runStart[before], end, 0.75);
            return end;
        }
        if ((after && PersonalText.isUpper(t.c[t.wordStart[w]])) || (after && t.wordEnd[w] - t.wordStart[w] <= 2)) {
            int end = rest(t, letterBehind(t, t.runEnd[next]), last + 1, next + 1);
            found.add(EntityType.ADDRESS, t.wordStart[w], end, 0.65);
            return end;
        }
        return -1;
    }

    /** Returns whether this is what may stand between a number and its street: "" bis, "". */
    private static boolean isNumberPart(PersonalText t, int from, int to) {
        int letters = 0;
        for (int i = from; i < to; i++) {
            char ch = t.c[i];
            if (PersonalText.isLetter(ch)) {
                letters++;
            } else if (ch != ' ' && ch != ',') {
                return false;
            }
        }
        return letters <= 3 && to > from;
    }

    private static boolean onlyPunctuation(PersonalText t, int from, int to) {
        for (int i = from; i < to; i++) {
            char ch = t.c[i];
            if (ch != ' ' && ch != ',' && ch != '.' && ch != 'n' && ch != '\u00BA' && ch != '\u00B0') {
                return false;
            }
        }
        return to > from;
    }

    /** "Hauptstraße 12a, 10115 Berlin", "Kurt-Schumacher-Str. 5". */
    private static int compound(PersonalText t, int w, int run, Found found) {
        int s = t.wordStart[w];
        int e = t.wordEnd[w];
        boolean own = e - s <= 7 && (WORDS.get(t.c, s, e) & MIDDLE) != 0;
        if ((!own && !endsAsStreet(t, s, e))
                || (t.at(e) != ' ' && t.at(e) != '.')
                || t.runEnd[run] - t.runStart[run] > 4
                || (t.at(e) == '.' && t.at(e + 1) != ' ' && !PersonalText.isDigit(t.at(e + 1)))) {
            return -1;
        }
        int start = own ? t.wordStart[w - 1] : s;
        for (int k = own ? w - 1 : w;
                k > 0 && k > w - 4 && t.at(t.wordStart[k] - 1) == '-' && t.wordEnd[k - 1] == t.wordStart[k] - 1;
                k--) {
            start = t.wordStart[k - 1];
        }
        int end = rest(t, letterBehind(t, t.runEnd[run]), w + 1, run + 1);
        found.add(EntityType.ADDRESS, start, end, 0.7);
        return end;
    }

    private static boolean endsAsStreet(PersonalText t, int s, int e) {
        for (String ending : COMPOUND) {
            int from = e - ending.length();
            if (from >= s + 2 || (from == s && ending.length() > 5)) {
                boolean same = true;
                for (int i = 0; i < ending.length() && same; i++) {
                    same = WordTable.lower(t.c[from + i]) == ending.charAt(i);
                }
                if (same) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Includes the letter of "12a". */
    private static int letterBehind(PersonalText t, int end) {
        return PersonalText.isAsciiLetter(t.at(end)) && !t.isWordAt(end + 1)
                ? end + 1
                : t.at(end) == ' '
                                && (t.at(end + 1) | 32) >= 'a'
                                && (t.at(end + 1) | 32) <= 'h'
                                && !PersonalText.isLetter(t.at(end + 2))
                                && t.at(end + 2) == ','
                        ? end + 2
                        : end;
    }

    private static boolean isBox(PersonalText t, int s) {
        return (t.c[s] | 32) == 'b' && (t.c[s + 1] | 32) == 'o' && (t.c[s + 2] | 32) == 'x';
    }

    /** "P.O. Box 123", "PSC 12, Box 34". */
    private static int box(PersonalText t, int w, int run, Found found) {
        int e = t.wordEnd[w];
        if (w == 0 || t.runStart[run] - e > 2 || t.runEnd[run] - t.runStart[run] > 6) {
            return -1;
        }
        int start = t.wordStart[w];
        int o = w - 1;
        boolean post = (t.c[t.wordEnd[o] - 1] | 32) == 'o' && start - t.wordEnd[o] <= 2;
        if (post) {
            start = t.wordEnd[o] - t.wordStart[o] == 2 ? t.wordStart[o] : w > 1 ? t.wordStart[w - 2] : start;
        } else {
            boolean military = t.wordEnd[o] - t.wordStart[o] == 3
                    && start - t.wordEnd[o] < 9
                    && PersonalText.isUpper(t.c[t.wordStart[o]]);
            if (!military) {
                return -1;
            }
            start = t.wordStart[o];
        }
        if (t.wordStart[w] - start > 14) {
            return -1;
        }
        int end = rest(t, t.runEnd[run], w + 1, run + 1);
        found.add(EntityType.ADDRESS, start, end, 0.8);
        return end;
    }

    /** Returns the end with a unit, a town and a postcode that follow. */
    private static int rest(PersonalText t, int from, int word, int run) {
        int end = from;
        int w = word;
        int r = run;
        int names = 0;
        for (int step = 0; step < 8; step++) {
            while (w < t.words && t.wordStart[w] < end) {
                w++;
            }
            while (r < t.runs && t.runStart[r] < end) {
                r++;
            }
            int i = end;
            boolean comma = false;
            while (i < t.n
                    && i < end + 4
                    && (t.c[i] == ' ' || t.c[i] == ',' || t.c[i] == '\n' || (t.c[i] == '.' && i == end))) {
                comma |= t.c[i] == ',' || t.c[i] == '\n';
                i++;
            }
            if (r < t.runs && t.runStart[r] == i && isPostcode(t, r) && (comma || names > 0)) {
                end = t.runEnd[r];
                if (t.at(end) == '-' && r + 1 < t.runs && t.runStart[r + 1] == end + 1) {
                    end = t.runEnd[r + 1];
                }
                if (names > 0) {
                    return end;
                }
                names++;
                continue;
            }
            if (w >= t.words || t.wordStart[w] != i || (!PersonalText.isUpper(t.c[i]) && !isUnit(t, w))) {
                break;
            }
            if (isUnit(t, w)) {
                int unit = t.wordEnd[w];
                while (unit < t.wordEnd[w] + 3 && (t.at(unit) == '.' || t.at(unit) == ' ' || t.at(unit) == '#')) {
                    unit++;
                }
                int unitEnd = unit;
                while (unitEnd < unit + 6 && t.isWordAt(unitEnd)) {
                    unitEnd++;
                }
                if (unitEnd == unit) {
                    break;
                }
                end = unitEnd;
                continue;
            }
            if ((!comma && names == 0) || !leadsToPostcode(t, w, r, i)) {
                break;
            }
            end = t.wordEnd[w];
            names++;
        }
        return end;
    }

    private static boolean isUnit(PersonalText t, int w) {
        return t.wordEnd[w] - t.wordStart[w] < 10 && (WORDS.get(t.c, t.wordStart[w], t.wordEnd[w]) & UNIT) != 0;
    }

    /** Returns whether a postcode stands on the same line or the next, behind names. */
    private static boolean leadsToPostcode(PersonalText t, int w, int r, int i) {
        if (r < t.runs && isPostcode(t, r) && t.runStart[r] - i < 48) {
            for (int k = i; k < t.runStart[r]; k++) {
                char ch = t.c[k];
                if (ch != ' ' && ch != ',' && ch != '\n' && ch != '-' && ch != '\'' && !PersonalText.isLetter(ch)) {
                    return false;
                }
            }
            return true;
        }
        return w > 0 && r > 0 && i - t.runEnd[r - 1] <= 1 && isPostcode(t, r - 1); // the town behind it
    }

    private static boolean isPostcode(PersonalText t, int r) {
        int size = t.runEnd[r] - t.runStart[r];
        return size >= 4
                && size <= 6
                && !t.isWordAt(t.runStart[r] - 1)
                && !PersonalText.isAsciiLetter(t.at(t.runEnd[r]));
    }

    /** A postcode behind its label: "ZIP: 12345". */
    private static void postcodes(PersonalText t, Found found) {
        int run = 0;
        for (int i = 0; i < t.contexts(); i++) {
            if ((t.contextKinds(i) & ContextWords.POSTCODE) == 0) {
                continue;
            }
            int from = t.contextEnd(i);
            while (run < t.runs && t.runStart[run] < from) {
                run++;
            }
            if (run == t.runs || t.runStart[run] - from > 8) {
                continue;
            }
            int size = t.runEnd[run] - t.runStart[run];
            if (size < 3 || size > 8 || t.isWordAt(t.runStart[run] - 1)) {
                continue;
            }
            int end = t.runEnd[run];
            char next = t.at(end);
            if ((next == '-' || next == ' ')
                    && run + 1 < t.runs
                    && t.runStart[run + 1] == end + 1
                    && t.runEnd[run + 1] - t.runStart[run + 1] <= 4
                    && t.runEnd[run + 1] - t.runStart[run + 1] >= 2) {
                end = t.runEnd[run + 1];
            } else if (next == ' '
                    && PersonalText.isUpper(t.at(end + 1))
                    && PersonalText.isUpper(t.at(end + 2))
                    && !t.isWordAt(end + 3)) {
                end += 3;
            }
            if (!t.isWordAt(end)) {
                found.add(EntityType.ADDRESS, t.runStart[run], end, 0.6);
            }
        }
    }

    private static boolean gap(PersonalText t, int from, int to) {
        int size = to - from;
        if (size > 3) {
            return false;
        }
        for (int i = from; i < to; i++) {
            char ch = t.c[i];
            if (ch != ' ' && ch != '-' && ch != '.' && ch != '\'' && !PersonalText.isDigit(ch)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasLine(PersonalText t, int from, int to) {
        for (int i = from; i < to; i++) {
            if (t.c[i] == '\n') {
                return true;
            }
        }
        return false;
    }
}
