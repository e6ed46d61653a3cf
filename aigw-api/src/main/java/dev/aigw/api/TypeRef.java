package dev.aigw.api;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import org.jspecify.annotations.Nullable;

/**
 * A type with its type arguments, which a {@link Class} cannot name. Write it as an anonymous subclass:
 *
 * <pre>{@code
 * List<Item> items = reply.as(new TypeRef<List<Item>>() {});
 * }</pre>
 *
 * <p>Two are equal when their types are. Immutable.
 *
 * @param <T> the type
 */
public abstract class TypeRef<T> {

    private final Type type;

    /**
     * Takes the type from the subclass.
     *
     * @throws IllegalArgumentException if the subclass gives no type argument, or one with a type variable in it
     */
    protected TypeRef() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)
                || parent.getRawType() != TypeRef.class) {
            throw new IllegalArgumentException(
                    getClass().getName() + " has no type argument: write new TypeRef<List<Item>>() {}");
        }
        this.type = parent.getActualTypeArguments()[0];
        TypeVariable<?> variable = variableIn(type);
        if (variable != null) {
            throw new IllegalArgumentException("TypeRef<" + type.getTypeName() + "> names the type variable "
                    + variable.getName() + ", whose type is not known here: write a TypeRef of the type itself where"
                    + " it is known, and pass it on");
        }
    }

    private static @Nullable TypeVariable<?> variableIn(Type type) {
        if (type instanceof TypeVariable<?> variable) {
            return variable;
        }
        if (type instanceof GenericArrayType array) {
            return variableIn(array.getGenericComponentType());
        }
        Type[] parts = type instanceof ParameterizedType parameterized
                ? parameterized.getActualTypeArguments()
                : type instanceof WildcardType wildcard ? wildcard.getUpperBounds() : new Type[0];
        for (Type part : parts) {
            TypeVariable<?> variable = variableIn(part);
            if (variable != null) {
                return variable;
            }
        }
        return null;
    }

    /** Returns the type. */
    public final Type type() {
        return type;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof TypeRef<?> that && type.equals(that.type);
    }

    @Override
    public final int hashCode() {
        return type.hashCode();
    }

    /** Returns the type's name. */
    @Override
    public final String toString() {
        return type.getTypeName();
    }
}
