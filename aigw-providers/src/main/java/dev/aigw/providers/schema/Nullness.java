package dev.aigw.providers.schema;

import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds annotations named {@code Nullable}, of any package, on members and on the types within theirs. */
final class Nullness {

    private Nullness() {}

    static boolean isMarked(@Nullable AnnotatedElement element) {
        return element != null
                && Arrays.stream(element.getAnnotations())
                        .map(Annotation::annotationType)
                        .anyMatch(type -> type.getSimpleName().equals("Nullable"));
    }

    /** Returns whether a property may be null: its parameter, component, field or setter says so. */
    static boolean isMarked(SettableBeanProperty property) {
        AnnotatedMember member = property.getMember();
        if (member instanceof AnnotatedParameter parameter) {
            Executable owner = (Executable) parameter.getOwner().getAnnotated();
            int index = parameter.getIndex();
            return isMarked(owner.getParameters()[index])
                    || isMarked(typeOf(property))
                    || isMarked(componentOf(owner, index))
                    || isMarked(fieldOf(parameter.getDeclaringClass(), property.getName()));
        }
        return member != null
                && (isMarked(member.getAnnotated())
                        || isMarked(typeOf(property))
                        || isMarked(fieldOf(member.getDeclaringClass(), property.getName())));
    }

    private static @Nullable RecordComponent componentOf(Executable owner, int index) {
        Class<?> type = owner.getDeclaringClass();
        RecordComponent[] components =
                type.isRecord() && owner instanceof Constructor<?> ? type.getRecordComponents() : null;
        return components != null && components.length == owner.getParameterCount() ? components[index] : null;
    }

    private static @Nullable Field fieldOf(Class<?> type, String name) {
        for (Field field : type.getDeclaredFields()) {
            if (field.getName().equals(name)) {
                return field;
            }
        }
        return null;
    }

    /** Returns the type of a property with its annotations; null if the member has none. */
    static @Nullable AnnotatedType typeOf(SettableBeanProperty property) {
        AnnotatedMember member = property.getMember();
        if (member instanceof AnnotatedParameter parameter) {
            Executable owner = (Executable) parameter.getOwner().getAnnotated();
            RecordComponent component = componentOf(owner, parameter.getIndex());
            if (component != null) {
                return component.getAnnotatedType();
            }
            AnnotatedType[] types = owner.getAnnotatedParameterTypes();
            return types.length == owner.getParameterCount() ? types[parameter.getIndex()] : null;
        }
        AnnotatedElement element = member == null ? null : member.getAnnotated();
        if (element instanceof Field field) {
            return field.getAnnotatedType();
        }
        if (element instanceof Method method) {
            return method.getParameterCount() == 1
                    ? method.getAnnotatedParameterTypes()[0]
                    : method.getAnnotatedReturnType();
        }
        return null;
    }

    /** Returns the annotated type of an argument, or of an array's component; null if it is unknown. */
    static @Nullable AnnotatedType argument(@Nullable AnnotatedType type, int index) {
        if (type instanceof AnnotatedParameterizedType parameterized) {
            AnnotatedType[] arguments = parameterized.getAnnotatedActualTypeArguments();
            return index < arguments.length ? arguments[index] : null;
        }
        return type instanceof AnnotatedArrayType array ? array.getAnnotatedGenericComponentType() : null;
    }
}
