package dev.aigw.routing.guard.sensitive;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Names of persons: those of a list, and by choice those that begin with a frequent given name or a title. Immutable.
 */
final class PersonNames {

    private static final long GIVEN = 1;
    private static final long TITLE = 2;

    /** Leads to a name, as in "my name is". */
    private static final long LEAD = 4;

    /** Begins sentences or is part of other names; never a surname. */
    private static final long COMMON = 8;

    /** May stand between given name and surname, in small letters. */
    private static final long LINK = 16;

    private final List<List<String>> listed = new ArrayList<>();

    /** Of the first word of each listed name, one more than its index in {@link #sharing}. */
    private final WordTable firsts;

    private final List<List<List<String>>> sharing = new ArrayList<>();

    /** The lengths of listed names in scripts without spaces. */
    private final int[] unspacedLengths;

    private final WordTable unspaced;
    private final boolean byDictionary;

    PersonNames(Collection<String> names, boolean byDictionary) {
        this.byDictionary = byDictionary;
        Map<String, Long> first = new HashMap<>();
        Map<String, Long> whole = new HashMap<>();
        TreeSet<Integer> lengths = new TreeSet<>();
        for (String name : names) {
            PersonalText text = new PersonalText(name);
            List<String> words = new ArrayList<>();
            for (int w = 0; w < text.words; w++) {
                words.add(lower(new String(text.c, text.wordStart[w], text.wordEnd[w] - text.wordStart[w])));
            }
            if (words.isEmpty()) {
                whole.put(lower(name.strip()), 1L);
                lengths.add(name.strip().length());
            } else {
                Long index = first.computeIfAbsent(words.get(0), word -> {
                    sharing.add(new ArrayList<>());
                    return (long) sharing.size();
                });
                sharing.get((int) (index - 1)).add(words);
                listed.add(words);
            }
        }
        sharing.forEach(group -> group.sort((a, b) -> b.size() - a.size()));
        firsts = new WordTable(first);
        unspaced = new WordTable(whole);
        unspacedLengths =
                lengths.descendingSet().stream().mapToInt(Integer::intValue).toArray();
    }

    private static String lower(String word) {
        StringBuilder lower = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            lower.append(WordTable.lower(word.charAt(i)));
        }
        return lower.toString();
    }

    /** Returns whether it looks for nothing. */
    boolean isEmpty() {
        return listed.isEmpty() && unspacedLengths.length == 0 && !byDictionary;
    }

    void find(PersonalText t, Found found) {
        for (int w = 0; w < t.words; w++) {
            int end = listed.isEmpty() ? -1 : listed(t, w);
            if (end >= 0) {
                found.add(EntityType.PERSON, t.wordStart[w], t.wordEnd[end], 0.9);
                w = end;
            } else if (byDictionary) {
                w = Math.max(w, unlisted(t, w, found));
            }
        }
        if (unspacedLengths.length > 0) {
            unspaced(t, found);
        }
    }

    /** Returns the last word of a listed name that begins with this word, or -1. */
    private int listed(PersonalText t, int w) {
        long index = firsts.get(t.c, t.wordStart[w], t.wordEnd[w]);
        if (index == 0 || PersonalText.isDigit(t.at(t.wordStart[w] - 1))) {
            return -1;
        }
        List<List<String>> names = sharing.get((int) (index - 1));
        for (List<String> name : names.size() > 64 ? names.subList(0, 64) : names) {
            int last = w + name.size() - 1;
            if (last < t.words && matches(t, w, name)) {
                return last;
            }
        }
        return -1;
    }

    private static boolean matches(PersonalText t, int w, List<String> name) {
        for (int i = 1; i < name.size(); i++) {
            int s = t.wordStart[w + i];
            String word = name.get(i);
            if (s - t.wordEnd[w + i - 1] > 2 || word.length() != t.wordEnd[w + i] - s || t.at(s - 1) == '\n') {
                return false;
            }
            for (int k = 0; k < word.length(); k++) {
                if (WordTable.lower(t.c[s + k]) != word.charAt(k)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void unspaced(PersonalText t, Found found) {
        for (int i = 0; i < t.n; i++) {
            if (PersonalText.isUnspaced(t.c[i])) {
                for (int length : unspacedLengths) {
                    if (i + length <= t.n && unspaced.get(t.c, i, i + length) != 0) {
                        found.add(EntityType.PERSON, i, i + length, 0.9);
                        i += length - 1;
                        break;
                    }
                }
            }
        }
    }

    /** Returns the last word of a name that begins here, or -1. */
    private static int unlisted(PersonalText t, int w, Found found) {
        int s = t.wordStart[w];
        int e = t.wordEnd[w];
        long kind = e - s > 16 ? 0 : Dictionary.WORDS.get(t.c, s, e);
        if ((kind & TITLE) != 0 && PersonalText.isUpper(t.c[s])) {
            int first = t.at(e) == '.' ? e + 2 : e + 1;
            if (w + 1 < t.words && t.wordStart[w + 1] == first && isName(t, w + 1)) {
                int last = last(t, w + 1);
                found.add(EntityType.PERSON, t.wordStart[w + 1], t.wordEnd[last], 0.75);
                return last;
            }
        }
        if ((kind & LEAD) != 0 && w + 1 < t.words && leads(t, w) && isName(t, w + 1)) {
            int last = last(t, w + 1);
            found.add(EntityType.PERSON, t.wordStart[w + 1], t.wordEnd[last], 0.7);
            return last;
        }
        if ((kind & GIVEN) != 0 && PersonalText.isUpper(t.c[s])) {
            int last = last(t, w);
            if (last > w) {
                found.add(EntityType.PERSON, s, t.wordEnd[last], 0.7);
                return last;
            }
            found.add(EntityType.PERSON, s, e, 0.35); // a given name alone is often another word
        }
        return -1;
    }

    /** "My name is Ada", "Name: Ada", "ich heiße Ada". */
    private static boolean leads(PersonalText t, int w) {
        int e = t.wordEnd[w];
        int gap = t.wordStart[w + 1] - e;
        if (gap == 2 && t.c[e] == ':' && t.c[e + 1] == ' ') {
            return true;
        }
        boolean is = e - t.wordStart[w] == 2 && (t.c[e - 2] | 32) == 'i' && (t.c[e - 1] | 32) == 's';
        boolean name = w > 0 && (Dictionary.WORDS.get(t.c, t.wordStart[w - 1], t.wordEnd[w - 1]) & LEAD) != 0;
        return gap == 1 && t.c[e] == ' ' && (!is || name);
    }

    private static boolean isName(PersonalText t, int w) {
        int s = t.wordStart[w];
        int e = t.wordEnd[w];
        return PersonalText.isUpper(t.c[s])
                && e - s > 1
                && e - s < 24
                && !PersonalText.isDigit(t.at(e))
                && (Dictionary.WORDS.get(t.c, s, e) & COMMON) == 0
                && (!isCapitals(t, s, e) || e - s > 3);
    }

    private static boolean isCapitals(PersonalText t, int s, int e) {
        return PersonalText.isUpper(t.c[e - 1]) && PersonalText.isUpper(t.c[s]);
    }

    /** Returns the last word of a name: capitalised words, initials and small links in between. */
    private static int last(PersonalText t, int first) {
        int last = first;
        for (int w = first + 1; w < t.words && w <= first + 4; w++) {
            int from = t.wordEnd[w - 1];
            int s = t.wordStart[w];
            boolean joined = (s - from == 1 && (t.c[from] == ' ' || t.c[from] == '-' || t.c[from] == '\''))
                    || (s - from == 2 && t.c[from] == '.' && t.c[from + 1] == ' ' && from - t.wordStart[w - 1] == 1);
            if (!joined) {
                break;
            }
            boolean initial = t.wordEnd[w] - s == 1 && PersonalText.isUpper(t.c[s]) && t.c[s] != 'I';
            if (isName(t, w)) {
                last = w;
            } else if (!initial
                    && (PersonalText.isUpper(t.c[s]) || (Dictionary.WORDS.get(t.c, s, t.wordEnd[w]) & LINK) == 0)) {
                break;
            }
        }
        return last;
    }

    /** The built-in words, read when the first detector uses them. */
    private static final class Dictionary {

        static final WordTable WORDS = read();

        private static WordTable read() {
            Map<String, Long> words = new HashMap<>();
            try (InputStream in = PersonNames.class.getResourceAsStream("given-names.txt")) {
                if (in == null) {
                    throw new IllegalStateException("given-names.txt is missing from the jar of aigw-routing");
                }
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.startsWith("#")) {
                        put(words, GIVEN, line.strip().replaceAll("\\s+", ","));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("given-names.txt cannot be read", e);
            }
            put(
                    words,
                    TITLE,
                    "mr,mrs,ms,miss,mx,dr,prof,professor,sir,madam,herr,frau,monsieur,madame,mademoiselle,mme,mlle,"
                            + "señor,señora,sr,sra,signor,signora,sig,dott,senhor,senhora,dhr,mevrouw,mevr,pan,pani,bay,bayan");
            put(
                    words,
                    LEAD,
                    "name,named,is,heiße,heisse,appelle,llamo,chiamo,chamo,naam,dear,hi,hello,sincerely,"
                            + "regards,nombre,nom,nome");
            put(
                    words,
                    COMMON,
                    "the,and,or,but,if,is,was,are,has,had,have,does,did,will,would,can,could,should,may,might,"
                            + "not,no,yes,who,what,when,where,why,how,which,this,that,these,those,here,there,please,thanks,thank,"
                            + "we,you,they,he,she,it,my,your,our,his,her,their,in,on,at,to,from,for,with,about,said,says,street,"
                            + "road,avenue,city,river,university,college,school,hospital,company,inc,ltd,llc,gmbh,corp,bank,park,"
                            + "airport,station,island,islands,lake,beach,north,south,east,west,january,february,march,april,june,"
                            + "july,august,september,october,november,december,monday,tuesday,wednesday,thursday,friday,saturday,"
                            + "sunday,street,prize,award,show,day,all,everyone,team,sir,madam,customer,support,user,world,i,"
                            + "phone,date,address,email,mobile,fax,desk,name,number");
            put(words, LINK, "de,da,do,dos,del,della,di,van,von,der,den,ter,la,le,bin,ibn,al,el,y,e");
            return new WordTable(words);
        }

        private static void put(Map<String, Long> words, long kind, String list) {
            for (String word : list.split(",", 0)) {
                words.merge(lower(word), kind, (a, b) -> a | b);
            }
        }
    }
}
