package dev.aigw.routing.cache.shared;

import java.io.DataOutput;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes values for a digest: equal values give the same bytes in every JVM, and unequal values give different bytes,
 * except that numbers are compared by their JSON text, whatever their class. Map entries are sorted; records are
 * written with the names of their class and components, enum constants with the name of their class.
 *
 * <p>An object of any other class is refused, since only its class defines what makes it equal to another.
 */
final class CanonicalWriter extends PlainWriter {

    CanonicalWriter(DataOutput out) {
        super(out);
    }

    @Override
    void number(Number number) throws IOException {
        if (number instanceof Integer
                || number instanceof Long
                || number instanceof Short
                || number instanceof Byte
                || number instanceof BigInteger) {
            bytes(Tag.WHOLE, number.toString().getBytes(StandardCharsets.US_ASCII));
        } else if (number instanceof Double || number instanceof Float || number instanceof BigDecimal) {
            bytes(Tag.FRACTION, number.toString().getBytes(StandardCharsets.US_ASCII));
        } else {
            other(number);
        }
    }

    @Override
    void entries(Map<?, ?> map) throws IOException {
        List<String> names = new ArrayList<>(map.size());
        for (Object key : map.keySet()) {
            if (!(key instanceof String name)) {
                throw new Unwritable("a map with keys of "
                        + (key == null ? "null" : key.getClass().getName()));
            }
            names.add(name);
        }
        names.sort(null);
        for (String name : names) {
            key(name);
            write(map.get(name));
        }
    }

    @Override
    void other(Object value) throws IOException {
        if (value instanceof Enum<?> constant) {
            out.writeByte(Tag.ENUM);
            write(constant.getDeclaringClass().getName());
            write(constant.name());
        } else if (value instanceof Record) {
            record(value);
        } else {
            super.other(value);
        }
    }

    private void record(Object value) throws IOException {
        Class<?> type = value.getClass();
        RecordComponent[] components = type.getRecordComponents();
        tag(Tag.RECORD, components.length);
        write(type.getName());
        for (RecordComponent component : components) {
            write(component.getName());
            write(component(value, component.getAccessor()));
        }
    }

    private static @Nullable Object component(Object value, Method accessor) throws IOException {
        try {
            if (!accessor.canAccess(value)) {
                accessor.setAccessible(true);
            }
            return accessor.invoke(value);
        } catch (ReflectiveOperationException | RuntimeException e) {
            Throwable cause = e instanceof InvocationTargetException thrown ? thrown.getCause() : e;
            Unwritable unwritable = new Unwritable(
                    "a record that may not be read, " + value.getClass().getName());
            unwritable.initCause(cause);
            throw unwritable;
        }
    }
}
