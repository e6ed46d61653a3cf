package dev.aigw.routing.guard.sensitive;

import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds personal data: e-mail addresses, telephone numbers, payment cards, IBANs, addresses of networks and interfaces,
 * dates of birth, postal addresses, numbers that states give to persons, and by choice names. {@link #standard()} finds
 * all but names.
 *
 * <pre>{@code
 * EntityDetector detector = PersonalData.builder()
 *     .without(EntityType.IP_ADDRESS)
 *     .countries("US", "DE")
 *     .names(List.of("Ada Lovelace"))
 *     .build();
 * }</pre>
 *
 * <p>Numbers with check digits must pass them. A number that many others look like, such as nine digits for a Dutch
 * BSN, gets a score of half or more only beside a word that says what it is. The words are those of about twenty
 * languages. Numbers of states have types of their own, {@code EntityType.of("US_SSN")}, which {@link #nationalIds()}
 * lists; {@link EntityType#NATIONAL_ID} stands for all of them where types are chosen.
 *
 * <p>Full-width digits, and dashes and spaces of Unicode, count as the plain ones. Time is in proportion to the length
 * of the text, about 20 ns a character. Immutable, safe for use by many threads, and keeps no text.
 */
public final class PersonalData implements EntityDetector {

    /** The longest thing that could grow at the end of a text that arrives in pieces. */
    private static final int LONGEST = 128;

    private static final PersonalData STANDARD = builder().build();

    private final Set<EntityType> types;
    private final PersonNames names;
    private final @Nullable EntityDetector phones;

    private PersonalData(Builder builder) {
        Set<EntityType> chosen = builder.types.isEmpty() ? everything() : withNational(builder.types);
        chosen.removeAll(withNational(builder.without));
        if (!builder.names.isEmpty() || builder.givenNames) {
            chosen.add(EntityType.PERSON);
        }
        if (!builder.countries.isEmpty()) {
            chosen.removeIf(type -> NationalIds.isOne(type)
                    && !builder.countries.contains(type.name().substring(0, 2)));
        }
        this.types = Set.copyOf(chosen);
        this.names = new PersonNames(builder.names, builder.givenNames);
        this.phones = builder.phones;
    }

    private static Set<EntityType> everything() {
        Set<EntityType> all = new HashSet<>(NationalIds.types());
        all.addAll(List.of(
                EntityType.EMAIL,
                EntityType.PHONE,
                EntityType.CARD,
                EntityType.IBAN,
                EntityType.IP_ADDRESS,
                EntityType.MAC_ADDRESS,
                EntityType.DATE_OF_BIRTH,
                EntityType.ADDRESS));
        return all;
    }

    private static Set<EntityType> withNational(Collection<EntityType> types) {
        Set<EntityType> all = new HashSet<>(types);
        if (all.remove(EntityType.NATIONAL_ID)) {
            all.addAll(NationalIds.types());
        }
        return all;
    }

    /** Returns a detector of everything but names, for all countries. */
    public static PersonalData standard() {
        return STANDARD;
    }

    /** Begins a detector. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the types of numbers of states, such as {@code US_SSN}; a type's name begins with its country. */
    public static Set<EntityType> nationalIds() {
        return Set.copyOf(NationalIds.types());
    }

    /**
     * Returns what it finds, one entity for each place: where two overlap, the one with the higher score, else the
     * longer. Scores below 0.5 are guesses.
     */
    @Override
    public List<Entity> find(String text) {
        PersonalText t = new PersonalText(text);
        Found found = new Found(types);
        signs(t, found);
        numbers(t, found);
        if (found.wants(EntityType.DATE_OF_BIRTH)) {
            BirthDates.find(t, found);
        }
        if (found.wants(EntityType.ADDRESS)) {
            PostalAddresses.find(t, found);
        }
        if (!names.isEmpty()) {
            names.find(t, found);
        }
        List<Entity> entities = found.entities();
        if (phones != null && found.wants(EntityType.PHONE) && t.runs > 0) {
            entities.addAll(phones.find(text));
        }
        return EntityMerge.best(entities, 0);
    }

    /** Looks at the signs that only addresses have. */
    private static void signs(PersonalText t, Found found) {
        int colons = 0;
        for (int i = 0; i < t.n; i++) {
            switch (t.c[i]) {
                case '@' -> EmailAddresses.find(t, i, i + 1, found);
                case '%' -> {
                    if (t.at(i + 1) == '4' && t.at(i + 2) == '0') {
                        EmailAddresses.find(t, i, i + 3, found);
                    }
                }
                case ':' -> {
                    if (i >= colons) {
                        colons = NetworkAddresses.colons(t, i, found);
                    }
                }
                case '-' -> NetworkAddresses.dashes(t, i, found);
                case '.' -> NetworkAddresses.dots(t, i, found);
                default -> {}
            }
        }
    }

    private void numbers(PersonalText t, Found found) {
        boolean own = phones == null && found.wants(EntityType.PHONE);
        int phone = 0;
        for (int run = 0; run < t.runs; run++) {
            IbanNumbers.find(t, run, found);
            NetworkAddresses.version4(t, run, found);
            LetterIds.find(t, run, found);
            DigitNumbers.find(t, run, found);
            if (own && run >= phone) {
                phone = PhoneNumbers.find(t, run, found);
            }
        }
    }

    /**
     * Returns the beginning of what may still grow at the end of {@code text}: a word, or groups of digits and the
     * words among them.
     */
    @Override
    public int undecidedFrom(String text) {
        int end = text.length();
        int least = Math.max(0, end - LONGEST);
        int from = wordStart(text, end, least);
        int token = from;
        while (token > least) {
            int gap = token;
            while (gap > least && isGap(text.charAt(gap - 1)) && token - gap < 3) {
                gap--;
            }
            if (gap == token) {
                break;
            }
            int start = wordStart(text, gap, least);
            if (start == gap || !continues(text, start, gap)) {
                break;
            }
            token = start;
            if (hasDigit(text, start, gap)) {
                from = start;
            }
        }
        return from;
    }

    private static boolean isGap(char ch) {
        return Character.isWhitespace(ch) || Character.isSpaceChar(ch);
    }

    private static int wordStart(String text, int end, int least) {
        int from = end;
        while (from > least && !isGap(text.charAt(from - 1)) && !PersonalText.isUnspaced(text.charAt(from - 1))) {
            from--;
        }
        return from;
    }

    /** Returns whether a word may be in the middle of something: it has digits, is short, or a name. */
    private static boolean continues(String text, int start, int end) {
        return end - start <= 4 || Character.isUpperCase(text.charAt(start)) || hasDigit(text, start, end);
    }

    private static boolean hasDigit(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (Character.isDigit(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "PersonalData{" + types.size() + " types}";
    }

    /** Builds a {@link PersonalData}. Not safe for use by several threads. */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private Set<EntityType> types = Set.of();
        private Set<EntityType> without = Set.of();
        private Set<String> countries = Set.of();
        private List<String> names = List.of();
        private boolean givenNames;
        private @Nullable EntityDetector phones;

        private Builder() {}

        /**
         * Looks for these types only; all but names by default. {@link EntityType#NATIONAL_ID} stands for the numbers
         * of all states.
         *
         * @throws IllegalArgumentException if there are none
         */
        public Builder types(EntityType... types) {
            once.check(0, "types");
            if (types.length == 0) {
                throw new IllegalArgumentException("types() is empty: name a type, or leave the call out for all");
            }
            this.types = Set.of(types);
            return this;
        }

        /** Does not look for these types. None by default. */
        public Builder without(EntityType... types) {
            once.check(1, "without");
            this.without = Set.of(types);
            return this;
        }

        /**
         * Looks for the numbers of these states only; of all by default. Fewer give fewer false alarms.
         *
         * @param countries two letters as the names of {@link PersonalData#nationalIds()} begin, such as {@code US} and
         *     {@code UK}
         * @throws IllegalArgumentException if the numbers of one are not known
         */
        public Builder countries(String... countries) {
            once.check(2, "countries");
            Set<String> chosen = new TreeSet<>();
            for (String country : countries) {
                String upper = country.toUpperCase(Locale.ROOT);
                String name = upper.equals("GB") ? "UK" : upper;
                if (!NationalIds.countries().contains(name)) {
                    throw new IllegalArgumentException("no numbers of " + country + " are known: choose from "
                            + NationalIds.countries() + ", or add a detector of your own");
                }
                chosen.add(name);
            }
            if (chosen.isEmpty()) {
                throw new IllegalArgumentException(
                        "countries() is empty: name a country, or leave the call out for all");
            }
            this.countries = chosen;
            return this;
        }

        /**
         * Also finds these names, as whole words in any case: customers, employees, patients. None by default.
         *
         * @throws IllegalArgumentException if a name is blank
         */
        public Builder names(Collection<String> names) {
            once.check(3, "names");
            for (String name : names) {
                if (name.isBlank()) {
                    throw new IllegalArgumentException("a name is blank: leave it out of names(...)");
                }
            }
            this.names = new ArrayList<>(names);
            return this;
        }

        /**
         * Also finds persons by about 700 frequent given names that a capitalised surname follows, by titles ("Mrs.")
         * and by words that lead to a name ("My name is"). Off by default, since it finds famous persons as well,
         * without whom a question may have no answer, and misses most rare names.
         */
        public Builder givenNames() {
            once.check(4, "givenNames");
            this.givenNames = true;
            return this;
        }

        /**
         * Finds telephone numbers by another detector, which replaces the built-in one; for example by the package
         * {@code dev.aigw.routing.guard.sensitive.libphonenumber}. It is only asked about texts with digits.
         */
        public Builder phones(EntityDetector phones) {
            once.check(5, "phones");
            this.phones = phones;
            return this;
        }

        /** Returns the detector. */
        public PersonalData build() {
            return new PersonalData(this);
        }
    }
}
