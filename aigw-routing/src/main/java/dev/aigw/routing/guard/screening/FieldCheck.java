package dev.aigw.routing.guard.screening;

import dev.aigw.api.GuardAction;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.predict.PredictRequest;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A guard on the JSON of {@code predict}: fields that must be there, their types, ranges, lengths and allowed values.
 * Safe for use by many threads.
 *
 * <pre>{@code
 * FieldCheck check = FieldCheck.builder()
 *     .field("age", field -> field.integer().range(0, 130))
 *     .field("country", field -> field.text().oneOf("DE", "FR"))
 *     .field("items[*].price", field -> field.number().range(0, 100_000))
 *     .build();
 * }</pre>
 *
 * <p>A path has names and, in brackets, indices, {@code [*]} for each element, and names with dots in quotes:
 * {@code ['a.b'].c}. The rules are {@code missing}, {@code type}, {@code range}, {@code length} and {@code value}, with
 * the path as it was set, as in {@code range(items[*].price)}, and {@code unexpected}. Values are in no rule.
 *
 * <p>The payload is read as plain JSON values; an object such as a record is first made into them. Replies and other
 * operations pass.
 */
public final class FieldCheck implements Guard {

    private final String name;
    private final Map<FieldPath, FieldRule> rules;
    private final boolean onlyThese;
    private final Set<String> names;
    private final GuardAction action;

    private FieldCheck(Builder builder) {
        name = builder.name;
        rules = new LinkedHashMap<>(builder.rules);
        onlyThese = builder.onlyThese;
        names = rules.keySet().stream()
                .map(FieldPath::firstName)
                .filter(first -> first != null)
                .collect(Collectors.toUnmodifiableSet());
        action = builder.action;
    }

    /** Starts a check. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return name;
    }

    /** Returns {@link Guard.Effort#MEMORY}. */
    @Override
    public Effort effort() {
        return Effort.MEMORY;
    }

    /** Returns true: numbers are no parts. */
    @Override
    public boolean readsRequest() {
        return true;
    }

    @Override
    public GuardVerdict check(Inspection inspection) {
        if (inspection.direction() != Inspection.Direction.INPUT
                || !(inspection.request() instanceof PredictRequest request)) {
            return GuardVerdict.ALLOW;
        }
        Object payload = plain(request.payload());
        List<GuardFinding> findings = new ArrayList<>(0);
        rules.forEach((path, rule) -> {
            @Nullable
            String[] fault = new @Nullable String[1]; // the first: an array may have thousands of wrong elements
            path.find(payload, (value, present) -> {
                if (fault[0] == null) {
                    fault[0] = rule.fault(value, present);
                }
            });
            if (fault[0] != null) {
                findings.add(GuardFinding.whole(fault[0] + "(" + path + ")", 1, action));
            }
        });
        if (onlyThese && payload instanceof Map<?, ?> map && !names.containsAll(map.keySet())) {
            findings.add(GuardFinding.whole("unexpected", 1, action));
        }
        return GuardVerdict.of(findings);
    }

    private static Object plain(Object payload) {
        boolean plain = payload instanceof Map
                || payload instanceof List
                || payload instanceof String
                || payload instanceof Number
                || payload instanceof Boolean;
        return plain
                ? payload
                : JsonMapper.installed().read(JsonMapper.installed().write(payload), Object.class);
    }

    @Override
    public String toString() {
        return "FieldCheck{" + name + ", " + rules.keySet() + "}";
    }

    /** What is expected of one field; anything that is there, by default. Not safe for use by several threads. */
    public static final class FieldRule {

        private enum Type {
            ANY,
            NUMBER,
            INTEGER,
            TEXT,
            TRUTH,
            LIST,
            OBJECT
        }

        private final SetOnce once;
        private Type type = Type.ANY;
        private double least = Double.NEGATIVE_INFINITY;
        private double most = Double.POSITIVE_INFINITY;
        private int maximumLength = Integer.MAX_VALUE;
        private @Nullable Set<Object> allowed;
        private boolean optional;
        private boolean nullable;

        private FieldRule(FieldPath path) {
            once = new SetOnce("the field " + path + ": ");
        }

        private FieldRule type(Type type) {
            once.check(0, "type");
            this.type = type;
            return this;
        }

        /** Expects a number, neither infinite nor NaN. */
        public FieldRule number() {
            return type(Type.NUMBER);
        }

        /** Expects a whole number; 1.0 is one. */
        public FieldRule integer() {
            return type(Type.INTEGER);
        }

        /** Expects a text. */
        public FieldRule text() {
            return type(Type.TEXT);
        }

        /** Expects true or false. */
        public FieldRule truth() {
            return type(Type.TRUTH);
        }

        /** Expects a list. */
        public FieldRule list() {
            return type(Type.LIST);
        }

        /** Expects an object. */
        public FieldRule object() {
            return type(Type.OBJECT);
        }

        /**
         * Sets the least and the greatest number. A value that is no number is of the wrong type then.
         *
         * @throws IllegalArgumentException if {@code least} is greater than {@code most}, or one is no number
         */
        public FieldRule range(double least, double most) {
            once.check(1, "range");
            if (!(least <= most)) {
                throw new IllegalArgumentException("the range is " + least + " to " + most + ": begin with the least");
            }
            this.least = least;
            this.most = most;
            return this;
        }

        /**
         * Sets how many characters a text may have, or elements a list; any number by default.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public FieldRule maximumLength(int length) {
            once.check(2, "maximumLength");
            if (length < 0) {
                throw new IllegalArgumentException("maximumLength is " + length + ": use 0 or more");
            }
            this.maximumLength = length;
            return this;
        }

        /** Sets the allowed values: texts, numbers, truth values. Numbers are compared by value: 1 is 1.0. */
        public FieldRule oneOf(Object... values) {
            once.check(3, "oneOf");
            this.allowed = Set.of(values).stream().map(FieldRule::comparable).collect(Collectors.toUnmodifiableSet());
            return this;
        }

        /** Allows requests without the field. */
        public FieldRule optional() {
            once.check(4, "optional");
            this.optional = true;
            return this;
        }

        /** Allows null. */
        public FieldRule nullable() {
            once.check(5, "nullable");
            this.nullable = true;
            return this;
        }

        private static Object comparable(Object value) {
            return value instanceof Number number ? (Object) number.doubleValue() : value;
        }

        private @Nullable String fault(@Nullable Object value, boolean present) {
            if (!present) {
                return optional ? null : "missing";
            }
            if (value == null) {
                return nullable ? null : "type";
            }
            boolean ranged = least != Double.NEGATIVE_INFINITY || most != Double.POSITIVE_INFINITY;
            if (!isOfType(value) || (ranged && !(value instanceof Number))) {
                return "type";
            }
            if (value instanceof Number number && ranged) {
                double real = number.doubleValue();
                if (!(real >= least && real <= most)) {
                    return "range";
                }
            }
            int length = value instanceof String text ? text.length() : value instanceof List<?> list ? list.size() : 0;
            if (length > maximumLength) {
                return "length";
            }
            return allowed == null || allowed.contains(comparable(value)) ? null : "value";
        }

        private boolean isOfType(Object value) {
            return switch (type) {
                case ANY -> true;
                case NUMBER -> value instanceof Number number && Double.isFinite(number.doubleValue());
                case INTEGER -> value instanceof Number number && isWhole(number);
                case TEXT -> value instanceof String;
                case TRUTH -> value instanceof Boolean;
                case LIST -> value instanceof List;
                case OBJECT -> value instanceof Map;
            };
        }

        private static boolean isWhole(Number number) {
            if (number instanceof Long || number instanceof Integer || number instanceof BigInteger) {
                return true;
            }
            double real = number.doubleValue();
            return Double.isFinite(real) && real == Math.rint(real);
        }
    }

    /**
     * Builds a {@link FieldCheck}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce("FieldCheck.builder(): ");
        private final Map<FieldPath, FieldRule> rules = new LinkedHashMap<>();
        private final Set<String> paths = new HashSet<>();
        private String name = "fields";
        private boolean onlyThese;
        private GuardAction action = GuardAction.BLOCK;

        private Builder() {}

        /** Sets the name of the guard; {@code fields} by default. */
        public Builder name(String name) {
            once.check(0, "name");
            this.name = DenyEntry.checkedRule(name);
            return this;
        }

        /**
         * Says what is expected of a field.
         *
         * @throws IllegalArgumentException if it is no path
         * @throws IllegalStateException if it was said before
         */
        public Builder field(String path, Consumer<FieldRule> expected) {
            FieldPath parsed = FieldPath.parse(path);
            if (!paths.add(path)) {
                throw new IllegalStateException("the field " + path + " is set twice: remove one of the two");
            }
            FieldRule rule = new FieldRule(parsed);
            expected.accept(rule);
            rules.put(parsed, rule);
            return this;
        }

        /** Refuses payloads that have other fields at the top; they pass by default. */
        public Builder onlyThese() {
            once.check(1, "onlyThese");
            this.onlyThese = true;
            return this;
        }

        /**
         * Sets what to do; {@link GuardAction#BLOCK} by default.
         *
         * @throws IllegalArgumentException if it is ALLOW or REDACT
         */
        public Builder action(GuardAction action) {
            once.check(2, "action");
            this.action = TensorCheck.Builder.unredacted(action);
            return this;
        }

        /**
         * Returns the check.
         *
         * @throws IllegalStateException if no field is set
         */
        public FieldCheck build() {
            if (rules.isEmpty()) {
                throw new IllegalStateException("the check has no field: add field(path, rule)");
            }
            return new FieldCheck(this);
        }
    }
}
