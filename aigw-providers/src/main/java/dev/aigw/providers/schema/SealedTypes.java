package dev.aigw.providers.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import com.fasterxml.jackson.databind.jsontype.impl.StdTypeResolverBuilder;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes unions of sealed types that no {@code @JsonTypeInfo} describes: the property {@code type} has the simple name
 * of the class. Where a class has a member of that name, the property is {@code kind} or {@code variant}.
 */
final class SealedTypes extends NopAnnotationIntrospector {

    private static final long serialVersionUID = 1L;

    /** Returns whether a type is sealed, abstract, and without a description of its own. */
    static boolean isPlain(AnnotatedClass type) {
        return isOpen(type.getRawType()) && !type.hasAnnotation(JsonTypeInfo.class);
    }

    private static boolean isOpen(Class<?> type) {
        return type.isSealed() && Modifier.isAbstract(type.getModifiers());
    }

    @Override
    public @Nullable TypeResolverBuilder<?> findTypeResolver(
            MapperConfig<?> config, AnnotatedClass type, JavaType base) {
        boolean writes = config instanceof SerializationConfig;
        if (type.hasAnnotation(JsonTypeInfo.class) || !(writes || isOpen(type.getRawType()))) {
            return null;
        }
        Class<?> root = rootOf(type.getRawType());
        return root == null
                ? null
                : new StdTypeResolverBuilder()
                        .init(JsonTypeInfo.Id.NAME, null)
                        .inclusion(JsonTypeInfo.As.PROPERTY)
                        .typeProperty(propertyOf(root));
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(Annotated annotated) {
        if (!(annotated instanceof AnnotatedClass type) || !isPlain(type)) {
            return null;
        }
        Class<?> root = rootOf(type.getRawType());
        List<NamedType> subtypes = new ArrayList<>();
        for (Class<?> leaf : leavesOf(type.getRawType())) {
            subtypes.add(new NamedType(leaf, nameOf(leaf, root)));
        }
        return subtypes;
    }

    @Override
    public @Nullable String findTypeName(AnnotatedClass type) {
        Class<?> root = type.hasAnnotation(JsonTypeInfo.class) ? null : rootOf(type.getRawType());
        return root == null || isOpen(type.getRawType()) ? null : nameOf(type.getRawType(), root);
    }

    /** Returns the sealed type at the top of a type's sealed ancestors; null if it has none. */
    private static @Nullable Class<?> rootOf(Class<?> type) {
        Class<?> root = isOpen(type) ? type : null;
        List<Class<?>> parents = new ArrayList<>(List.of(type.getInterfaces()));
        if (type.getSuperclass() != null) {
            parents.add(type.getSuperclass());
        }
        for (Class<?> parent : parents) {
            if (isOpen(parent)) {
                Class<?> above = rootOf(parent);
                return above == null ? parent : above;
            }
        }
        return root;
    }

    private static Set<Class<?>> leavesOf(Class<?> type) {
        Set<Class<?>> leaves = new LinkedHashSet<>();
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            if (isOpen(permitted)) {
                leaves.addAll(leavesOf(permitted));
            } else {
                leaves.add(permitted);
            }
        }
        return leaves;
    }

    private static String nameOf(Class<?> leaf, @Nullable Class<?> root) {
        JsonTypeName named = leaf.getAnnotation(JsonTypeName.class);
        if (named != null && !named.value().isEmpty()) {
            return named.value();
        }
        boolean clashes = root != null
                && leavesOf(root).stream()
                        .anyMatch(
                                other -> other != leaf && other.getSimpleName().equals(leaf.getSimpleName()));
        Class<?> outer = leaf.getEnclosingClass();
        return clashes && outer != null ? outer.getSimpleName() + "." + leaf.getSimpleName() : leaf.getSimpleName();
    }

    private static String propertyOf(Class<?> root) {
        Set<String> taken = new HashSet<>();
        for (Class<?> leaf : leavesOf(root)) {
            for (Class<?> type = leaf; type != null && type != Object.class; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    JsonProperty renamed = field.getAnnotation(JsonProperty.class);
                    taken.add(renamed == null || renamed.value().isEmpty() ? field.getName() : renamed.value());
                }
            }
        }
        return Stream.of("type", "kind", "variant")
                .filter(name -> !taken.contains(name))
                .findFirst()
                .orElse("@type");
    }
}
