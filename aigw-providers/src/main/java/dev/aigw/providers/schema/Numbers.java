package dev.aigw.providers.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Year;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The types of the JDK that JSON has as numbers and booleans. */
final class Numbers {

    private static final Map<Class<?>, Shape> BY_TYPE = new HashMap<>();

    static {
        whole(Byte.MIN_VALUE, Byte.MAX_VALUE, byte.class, Byte.class);
        whole(Short.MIN_VALUE, Short.MAX_VALUE, short.class, Short.class);
        whole(Integer.MIN_VALUE, Integer.MAX_VALUE, int.class, Integer.class, AtomicInteger.class, OptionalInt.class);
        whole(Long.MIN_VALUE, Long.MAX_VALUE, long.class, Long.class, AtomicLong.class, OptionalLong.class);
        whole(Year.MIN_VALUE, Year.MAX_VALUE, Year.class);
        put(new Shape.Whole(null, null), BigInteger.class);
        put(new Shape.Fraction(Float.MAX_VALUE), float.class, Float.class);
        put(new Shape.Fraction(Double.MAX_VALUE), double.class, Double.class, OptionalDouble.class);
        put(new Shape.Fraction(Double.POSITIVE_INFINITY), BigDecimal.class, Number.class);
        put(new Shape.Flag(), boolean.class, Boolean.class, AtomicBoolean.class);
    }

    private Numbers() {}

    private static void whole(long least, long most, Class<?>... types) {
        put(new Shape.Whole(BigInteger.valueOf(least), BigInteger.valueOf(most)), types);
    }

    private static void put(Shape shape, Class<?>... types) {
        for (Class<?> type : types) {
            BY_TYPE.put(type, shape);
        }
    }

    /** Returns the form of a type that is a number or a boolean in JSON; null if it is none. */
    static @Nullable Shape of(Class<?> type) {
        return BY_TYPE.get(type);
    }
}
