package dev.aigw.routing.guard.sensitive;

import dev.aigw.api.CallOptions;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.Inspection.Direction;
import dev.aigw.api.guard.StreamChecking;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A guard that finds personal data and secrets in what goes to models and in what comes back, and treats each type as
 * you say: allow, report, block, mask, hash, or replace by a pseudonym that is restored in the answer.
 *
 * <pre>{@code
 * Guard privacy = SensitiveData.builder()
 *     .personalData()
 *     .treat(EntityType.CARD, Treatment.block())
 *     .treat(EntityType.NATIONAL_ID, Treatment.mask())
 *     .build();
 * ModelRouter.builder().guards(Guards.builder().input(privacy).output(privacy).build()) // …
 * }</pre>
 *
 * <p>Types that have no treatment of their own get a {@linkplain Treatment#pseudonym() pseudonym} if they are personal
 * data, and a {@linkplain Treatment#mask() mask} if they are secrets. In a reply, what the request held already is not
 * treated: it is no news to the caller.
 *
 * <p>Findings are named by their type, such as {@code EMAIL}. In a stream, text is held back from where something may
 * be unfinished, such as a number at its end. Immutable, safe for use by many threads, and keeps no content.
 */
public final class SensitiveData implements Guard {

    private static final int LOOK_BEHIND = 256;
    private static final int LOOK_AHEAD = 64;

    private final List<EntityDetector> detectors;
    private final Map<EntityType, Treatment> treatments;
    private final @Nullable Treatment otherwise;
    private final double minimumScore;
    private final boolean treatRepeated;
    private final Pseudonyms pseudonyms;

    private SensitiveData(Builder builder) {
        this.detectors = List.copyOf(builder.detectors);
        this.treatments = Map.copyOf(builder.treatments);
        this.otherwise = builder.otherwise;
        this.minimumScore = builder.minimumScore;
        this.treatRepeated = builder.treatRepeated;
        this.pseudonyms = builder.pseudonyms == null ? Pseudonyms.random() : builder.pseudonyms;
    }

    /** Begins a guard that looks for nothing. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns {@code sensitive-data}. */
    @Override
    public String name() {
        return "sensitive-data";
    }

    @Override
    public Effort effort() {
        return Effort.MEMORY;
    }

    @Override
    public StreamChecking streaming() {
        return StreamChecking.window(LOOK_BEHIND, LOOK_AHEAD);
    }

    @Override
    public GuardVerdict check(Inspection inspection) {
        Check check = new Check(inspection);
        List<GuardedPart> parts = inspection.parts();
        for (int i = 0; i < parts.size(); i++) {
            String text = parts.get(i).text();
            if (text != null && !text.isEmpty()) {
                check.part(i, text);
            }
        }
        return check.verdict();
    }

    private List<Entity> find(String text) {
        return EntityMerge.best(findAll(text), minimumScore);
    }

    private List<Entity> findAll(String text) {
        if (detectors.size() == 1) {
            return detectors.get(0).find(text);
        }
        List<Entity> found = new ArrayList<>();
        for (EntityDetector detector : detectors) {
            found.addAll(detector.find(text));
        }
        return found;
    }

    private Treatment treatment(EntityType type) {
        Treatment own = treatments.get(type);
        if (own == null && NationalIds.isOne(type)) {
            own = treatments.get(EntityType.NATIONAL_ID);
        }
        if (own != null) {
            return own;
        }
        return otherwise != null ? otherwise : type.isSecret() ? Treatment.mask() : Treatment.pseudonym();
    }

    /** Returns letters and digits only, small: the same for all spellings of a value. */
    private static String normalized(String value) {
        PersonalText text = new PersonalText(value);
        StringBuilder normalized = new StringBuilder(text.n);
        for (char ch : text.c) {
            if (Character.isLetterOrDigit(ch) || ch == '@') {
                normalized.append(Character.toLowerCase(ch));
            }
        }
        return normalized.toString();
    }

    @Override
    public String toString() {
        return "SensitiveData{" + detectors.size() + " detectors, " + treatments.size() + " treatments}";
    }

    /** One check. For one thread. */
    private final class Check {

        private final Inspection inspection;
        private final boolean output;
        private final List<GuardFinding> findings = new ArrayList<>();
        private int undecidedFrom = -1;
        private @Nullable String scope;

        /** Which value has which made-up value, so that no two share one. */
        private @Nullable Map<String, String> lookalikes;

        Check(Inspection inspection) {
            this.inspection = inspection;
            this.output = inspection.direction() == Direction.OUTPUT;
        }

        void part(int index, String text) {
            List<Entity> entities = find(text);
            if (!inspection.isComplete()) {
                undecidedFrom = undecidedFrom(text, entities);
            }
            for (Entity entity : entities) {
                if (undecidedFrom < 0 || entity.end() <= undecidedFrom) {
                    treat(index, text, entity);
                }
            }
        }

        private int undecidedFrom(String text, List<Entity> entities) {
            int from = text.length();
            for (EntityDetector detector : detectors) {
                from = Math.min(from, detector.undecidedFrom(text));
            }
            for (Entity entity : entities) {
                if (entity.end() > from) {
                    return Math.min(from, entity.start());
                }
            }
            return from;
        }

        private void treat(int part, String text, Entity entity) {
            EntityType type = entity.type();
            Treatment treatment = treatment(type);
            if (treatment.kind() == Treatment.Kind.ALLOW) {
                return;
            }
            String value = text.substring(entity.start(), entity.end());
            if (output && !treatRepeated && requested().contains(normalized(value))) {
                return;
            }
            findings.add(finding(part, entity, value, treatment));
        }

        private GuardFinding finding(int part, Entity entity, String value, Treatment treatment) {
            int start = entity.start();
            int end = entity.end();
            String rule = entity.type().name();
            double score = entity.score();
            return switch (treatment.kind()) {
                case ALLOW, REPORT -> GuardFinding.at(part, start, end, rule, score, GuardAction.ANNOTATE);
                case BLOCK -> GuardFinding.at(part, start, end, rule, score, GuardAction.BLOCK);
                case MASK -> GuardFinding.redact(part, start, end, rule, score, "[" + rule + "]");
                case KEEP_LAST ->
                    GuardFinding.redact(part, start, end, rule, score, kept(rule, value, treatment.kept()));
                case HASH -> GuardFinding.redact(part, start, end, rule, score, hash(rule, value, treatment));
                case PSEUDONYM, TYPE_PRESERVING ->
                    output
                            ? GuardFinding.redact(part, start, end, rule, score, "[" + rule + "]")
                            : GuardFinding.mask(
                                    part, start, end, rule, score, pseudonym(entity.type(), value, treatment));
            };
        }

        private String kept(String rule, String value, int characters) {
            int all = 0;
            StringBuilder last = new StringBuilder(characters);
            int from = value.length();
            for (int i = value.length() - 1; i >= 0; i--) {
                if (Character.isLetterOrDigit(value.charAt(i))) {
                    all++;
                    if (all <= characters) {
                        from = i;
                    }
                }
            }
            last.append(value, from, value.length());
            return all < 2 * characters ? "[" + rule + "]" : "[" + rule + " *" + last + "]";
        }

        private String hash(String rule, String value, Treatment treatment) {
            byte[] hash = Pseudonyms.hash(treatment.key(), rule, normalized(value));
            return "[" + rule + "#" + Pseudonyms.code(hash, 12) + "]";
        }

        private String pseudonym(EntityType type, String value, Treatment treatment) {
            String scope = scope();
            if (treatment.kind() == Treatment.Kind.TYPE_PRESERVING) {
                String made = Lookalikes.of(type, value, pseudonyms.hash(scope, type, value));
                if (made != null) {
                    if (lookalikes == null) {
                        lookalikes = new HashMap<>();
                    }
                    String other = lookalikes.putIfAbsent(made, value);
                    if (other == null || other.equals(value)) {
                        return made;
                    }
                }
            }
            return pseudonyms.token(scope, type, value);
        }

        /** Pseudonyms of different callers and sessions have nothing in common. */
        private String scope() {
            if (scope == null) {
                CallOptions options = inspection.options();
                scope = part(options.caller().tenant())
                        + part(options.caller().user())
                        + part(options.caller().key())
                        + part(options.sessionKey());
            }
            return scope;
        }

        private String part(@Nullable String id) {
            return id == null ? "-" : id.length() + ":" + id;
        }

        /** Returns what the request held, found once for all parts of a reply. */
        private Set<String> requested() {
            return inspection.prepared(SensitiveData.this, () -> {
                Set<String> values = new HashSet<>();
                for (GuardedPart part : inspection.requestParts()) {
                    String text = part.text();
                    if (text != null) {
                        for (Entity entity : findAll(text)) {
                            values.add(normalized(text.substring(entity.start(), entity.end())));
                        }
                    }
                }
                return values;
            });
        }

        GuardVerdict verdict() {
            GuardVerdict verdict = GuardVerdict.of(findings);
            return undecidedFrom < 0 ? verdict : verdict.undecidedFrom(undecidedFrom);
        }
    }

    /**
     * Builds a {@link SensitiveData}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final List<EntityDetector> detectors = new ArrayList<>();
        private final Map<EntityType, Treatment> treatments = new HashMap<>();
        private @Nullable Treatment otherwise;
        private double minimumScore = 0.5;
        private boolean treatRepeated;
        private @Nullable Pseudonyms pseudonyms;

        private Builder() {}

        /** Looks for personal data by {@link PersonalData#standard()}, which finds all but names. */
        public Builder personalData() {
            return personalData(PersonalData.standard());
        }

        /** Looks for personal data by this detector. */
        public Builder personalData(PersonalData personalData) {
            once.check(0, "personalData");
            detectors.add(personalData);
            return this;
        }

        /**
         * Looks for these names of persons, as whole words in any case.
         *
         * @throws IllegalArgumentException if a name is blank
         */
        public Builder names(Collection<String> names) {
            once.check(1, "names");
            detectors.add(
                    PersonalData.builder().types(EntityType.PERSON).names(names).build());
            return this;
        }

        /** Looks for secrets by {@link SecretDetector#create()}: keys, tokens and passwords. */
        public Builder secrets() {
            return secrets(SecretDetector.create());
        }

        /** Looks for secrets by this detector. */
        public Builder secrets(SecretDetector secrets) {
            once.check(6, "secrets");
            detectors.add(secrets);
            return this;
        }

        /** Looks by a detector of your own as well; may be called for several. */
        public Builder detector(EntityDetector detector) {
            detectors.add(Objects.requireNonNull(detector, "detector"));
            return this;
        }

        /**
         * Sets what is done with a type. {@link EntityType#NATIONAL_ID} stands for the numbers of all states that have
         * no treatment of their own.
         *
         * @throws IllegalStateException if the type has a treatment already
         */
        public Builder treat(EntityType type, Treatment treatment) {
            if (treatments.putIfAbsent(type, treatment) != null) {
                throw new IllegalStateException("treat(" + type + ", …) is set twice: remove one of the two");
            }
            return this;
        }

        /**
         * Sets what is done with all other types. By default personal data gets a pseudonym, and secrets a mask, which
         * nothing restores.
         */
        public Builder otherwise(Treatment treatment) {
            once.check(2, "otherwise");
            this.otherwise = treatment;
            return this;
        }

        /**
         * Sets the score from which on something is treated, 0.5 by default. Lower scores also treat numbers that look
         * like many others.
         *
         * @throws IllegalArgumentException if it is not from 0 to 1
         */
        public Builder minimumScore(double minimumScore) {
            once.check(3, "minimumScore");
            if (!(minimumScore >= 0 && minimumScore <= 1)) {
                throw new IllegalArgumentException("minimumScore(" + minimumScore + "): a score is from 0 to 1");
            }
            this.minimumScore = minimumScore;
            return this;
        }

        /**
         * Says whether a reply may not repeat what the request held already. Off by default: users who ask about their
         * own address get an answer with it.
         */
        public Builder treatRepeated(boolean treatRepeated) {
            once.check(4, "treatRepeated");
            this.treatRepeated = treatRepeated;
            return this;
        }

        /**
         * Sets the key of pseudonyms. By default each guard makes up a key at random, so that another process or the
         * next start makes other pseudonyms; routers that share conversations need one key, 32 random bytes kept as a
         * secret. Who has it can try values, but not read them.
         *
         * @param key 16 bytes or more; it is copied
         * @throws IllegalArgumentException if the key is shorter
         */
        public Builder pseudonymKey(byte[] key) {
            once.check(5, "pseudonymKey");
            this.pseudonyms = Pseudonyms.keyed(key);
            return this;
        }

        /**
         * Returns the guard.
         *
         * @throws IllegalStateException if it would look for nothing
         */
        public SensitiveData build() {
            if (detectors.isEmpty()) {
                throw new IllegalStateException(
                        "this guard looks for nothing: call personalData(), secrets(), names(...) or detector(...)");
            }
            return new SensitiveData(this);
        }
    }
}
