package dev.aigw.providers.schema;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.deser.BeanDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.BuilderBasedDeserializer;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeIdResolver;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.ClassUtil;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Modifier;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the form of JSON that a mapper reads as a type, from the deserializers that it uses: names, aliases, creators,
 * ignored properties and naming strategies are as Jackson applies them. Used once, by one thread.
 */
final class Shapes {

    private static final BigInteger LEAST_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MOST_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private final ObjectMapper mapper;
    private final DeserializationConfig config;
    private final DefaultDeserializationContext context;
    private final Map<JavaType, Shape> known = new HashMap<>();

    Shapes(ObjectMapper mapper) {
        this.mapper = mapper;
        this.config = mapper.getDeserializationConfig();
        this.context = ((DefaultDeserializationContext) mapper.getDeserializationContext()).createDummyInstance(config);
    }

    Shape of(JavaType type) {
        return slot(type, null).shape();
    }

    private Shape.Slot slot(JavaType type, @Nullable AnnotatedType annotated) {
        JsonDeserializer<?> reader;
        TypeDeserializer typing;
        try {
            reader = context.findContextualValueDeserializer(type, null);
            typing = config.findTypeDeserializer(type);
        } catch (JsonMappingException e) {
            return new Shape.Slot(unreadable(type, e), false);
        }
        return slot(type, annotated, reader, typing, null);
    }

    private Shape.Slot slot(
            JavaType type,
            @Nullable AnnotatedType annotated,
            JsonDeserializer<?> reader,
            @Nullable TypeDeserializer typing,
            JsonFormat.@Nullable Value format) {
        Class<?> raw = type.getRawClass();
        if (raw == Optional.class) {
            return new Shape.Slot(
                    slot(type.containedTypeOrUnknown(0), Nullness.argument(annotated, 0))
                            .shape(),
                    true);
        }
        boolean nullable = Optionals.EMPTY.containsKey(raw) || (!type.isPrimitive() && Nullness.isMarked(annotated));
        return new Shape.Slot(shape(type, annotated, reader, typing, format), nullable);
    }

    private Shape shape(
            JavaType type,
            @Nullable AnnotatedType annotated,
            JsonDeserializer<?> reader,
            @Nullable TypeDeserializer typing,
            JsonFormat.@Nullable Value format) {
        Class<?> raw = type.getRawClass();
        if (typing != null && !type.isContainerType()) {
            return forms(type, typing);
        }
        if (!isJacksons(reader)) {
            return opaque(type, "has a deserializer of its own, whose JSON is not known: give the schema as a map");
        }
        if (format != null
                && format.getShape() != JsonFormat.Shape.ANY
                && format.getShape() != JsonFormat.Shape.STRING) {
            return opaque(type, "has a @JsonFormat(shape) of its own: remove it, or give the schema as a map");
        }
        Shape.Text text = Texts.of(raw);
        if (text != null) {
            return format != null && format.hasPattern() ? Texts.patterned(format.getPattern()) : text;
        }
        Shape number = Numbers.of(raw);
        if (number != null) {
            return number;
        }
        if (type.isEnumType() || Enum.class.isAssignableFrom(raw)) {
            return choice(type);
        }
        if (type.isCollectionLikeType() || type.isArrayType()) {
            JavaType content = type.getContentType();
            return new Shape.Items(slot(content, Nullness.argument(annotated, 0)));
        }
        if (type.isMapLikeType()) {
            return entries(type, annotated);
        }
        if (reader instanceof BeanDeserializerBase bean) {
            return object(type, bean);
        }
        return opaque(
                type,
                "can hold anything: declare a record or a type argument, as in TypeRef<List<Item>>, or a String for text");
    }

    private static boolean isJacksons(JsonDeserializer<?> reader) {
        String name = reader.getClass().getName();
        return ClassUtil.isJacksonStdImpl(reader)
                || name.startsWith("com.fasterxml.jackson.")
                || name.startsWith("dev.aigw.providers.schema.");
    }

    private static Shape.Opaque opaque(JavaType type, String problem) {
        return new Shape.Opaque("its type " + Names.of(type) + " " + problem);
    }

    private static Shape.Opaque unreadable(JavaType type, JsonMappingException e) {
        return opaque(type, "cannot be read: " + e.getOriginalMessage());
    }

    private Shape choice(JavaType type) {
        List<String> values = new ArrayList<>();
        for (Object constant : type.getRawClass().getEnumConstants()) {
            JsonNode written = mapper.valueToTree(constant);
            if (!written.isTextual() || !constant.equals(readOrNull(written, type))) {
                return opaque(
                        type,
                        "has the constant " + ((Enum<?>) constant).name() + ", which is written as " + written
                                + " and not read back: name it with @JsonProperty");
            }
            values.add(written.textValue());
        }
        return new Shape.Choice(
                List.copyOf(values),
                word -> values.contains(word) || (!word.isEmpty() && readOrNull(TextNode.valueOf(word), type) != null));
    }

    private @Nullable Object readOrNull(TreeNode tree, JavaType type) {
        try {
            return mapper.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            return null; // not one of them
        }
    }

    private Shape entries(JavaType type, @Nullable AnnotatedType annotated) {
        Shape key = of(type.getKeyType());
        if (key instanceof Shape.Items || key instanceof Shape.Entries || key instanceof Shape.Fields) {
            return opaque(type, "has keys that are no strings: use a list of records instead");
        }
        return new Shape.Entries(key, slot(type.getContentType(), Nullness.argument(annotated, 1)));
    }

    private Shape object(JavaType type, BeanDeserializerBase reader) {
        ValueInstantiator creator = reader.getValueInstantiator();
        if (!creator.canCreateFromObjectWith() && !creator.canCreateUsingDefault()) {
            return created(type, creator);
        }
        if ((reader.getClass() != BeanDeserializer.class && reader.getClass() != BuilderBasedDeserializer.class)
                || reader.getObjectIdReader() != null) {
            return opaque(type, "is read in a form of its own: give the schema as a map");
        }
        Shape found = known.get(type);
        if (found != null) {
            return found;
        }
        AnnotatedClass annotations = config.introspectClassAnnotations(type).getClassInfo();
        Shape.Fields fields = new Shape.Fields(
                Names.of(type), config.getAnnotationIntrospector().findClassDescription(annotations));
        fields.ignoresCase =
                reader.isCaseInsensitive() || config.isEnabled(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES);
        known.put(type, fields);
        for (Iterator<SettableBeanProperty> properties = reader.properties(); properties.hasNext(); ) {
            SettableBeanProperty property = properties.next();
            if (!property.isIgnorable() && !property.isInjectionOnly()) {
                fields.members.add(member(property));
            }
        }
        addUnwrapped(type, fields);
        List<String> order = config.introspect(type).findProperties().stream()
                .map(BeanPropertyDefinition::getName)
                .toList();
        fields.members.sort(Comparator.comparingInt(member -> order.indexOf(member.name())));
        return fields;
    }

    /** Returns the form of a class that is made of one value instead of properties. */
    private Shape created(JavaType type, ValueInstantiator creator) {
        JavaType delegate = creator.getDelegateType(config);
        if (delegate != null) {
            return of(delegate);
        }
        if (creator.canCreateFromString()) {
            return new Shape.Text(null, null, text -> true);
        }
        if (creator.canCreateFromInt() || creator.canCreateFromLong()) {
            return new Shape.Whole(LEAST_LONG, MOST_LONG);
        }
        if (creator.canCreateFromDouble()) {
            return new Shape.Fraction(Double.MAX_VALUE);
        }
        return opaque(
                type,
                "has no constructor that Jackson can call: make it a record, or annotate a constructor with"
                        + " @JsonCreator and its parameters with @JsonProperty");
    }

    private Shape.Member member(SettableBeanProperty property) {
        List<String> aliases = new ArrayList<>();
        for (PropertyName alias : property.findAliases(config)) {
            if (!alias.getSimpleName().equals(property.getName())) {
                aliases.add(alias.getSimpleName());
            }
        }
        Shape.Slot slot = slot(
                property.getType(),
                Nullness.typeOf(property),
                property.getValueDeserializer(),
                property.getValueTypeDeserializer(),
                property.findPropertyFormat(config, property.getType().getRawClass()));
        boolean nullable = slot.nullable() || (!property.getType().isPrimitive() && Nullness.isMarked(property));
        return new Shape.Member(
                property.getName(),
                List.copyOf(aliases),
                new Shape.Slot(slot.shape(), nullable),
                property.getMetadata().getDescription());
    }

    /** Adds what is unwrapped, which no schema describes: its names are known only to the unwrapping reader. */
    private void addUnwrapped(JavaType type, Shape.Fields fields) {
        for (BeanPropertyDefinition property : config.introspect(type).findProperties()) {
            AnnotatedMember member = property.getPrimaryMember();
            if (member != null && config.getAnnotationIntrospector().findUnwrappingNameTransformer(member) != null) {
                fields.members.add(new Shape.Member(
                        property.getName(),
                        List.of(),
                        new Shape.Slot(
                                new Shape.Opaque("it is unwrapped: remove @JsonUnwrapped, or give the schema as a map"),
                                true),
                        null));
            }
        }
    }

    private Shape forms(JavaType type, TypeDeserializer typing) {
        Shape found = known.get(type);
        if (found != null) {
            return found;
        }
        AnnotatedClass annotations = config.introspectClassAnnotations(type).getClassInfo();
        TypeIdResolver ids = typing.getTypeIdResolver();
        JsonTypeInfo.Id mechanism = ids == null ? null : ids.getMechanism();
        boolean named = mechanism == JsonTypeInfo.Id.NAME || mechanism == JsonTypeInfo.Id.SIMPLE_NAME;
        boolean deduced = mechanism == JsonTypeInfo.Id.DEDUCTION;
        JsonTypeInfo.As place = typing.getTypeInclusion();
        if (!(named || deduced) || (place != JsonTypeInfo.As.PROPERTY && place != JsonTypeInfo.As.EXISTING_PROPERTY)) {
            return opaque(type, "has a @JsonTypeInfo that no schema describes: use Id.NAME and As.PROPERTY");
        }
        Shape.Forms forms = new Shape.Forms(
                Names.of(type),
                deduced ? null : typing.getPropertyName(),
                deduced || SealedTypes.isPlain(annotations),
                typing.getDefaultImpl() != null);
        known.put(type, forms);
        for (NamedType subtype : config.getSubtypeResolver().collectAndResolveSubtypesByTypeId(config, annotations)) {
            if (Modifier.isAbstract(subtype.getType().getModifiers())) {
                continue;
            }
            String id = subtype.hasName() ? subtype.getName() : idOf(ids, subtype.getType());
            Shape shape = form(config.constructSpecializedType(type, subtype.getType()));
            if (!(shape instanceof Shape.Fields fields)) {
                known.put(type, shape instanceof Shape.Opaque ? shape : opaque(type, "has a form that is no object"));
                return known.get(type);
            }
            fields.members.removeIf(member -> member.name().equals(forms.property));
            forms.byId.put(id, fields);
        }
        if (forms.byId.isEmpty()) {
            Shape empty = opaque(type, "names no types that it can be: make it sealed, or add @JsonSubTypes");
            known.put(type, empty);
            return empty;
        }
        return forms;
    }

    private static String idOf(@Nullable TypeIdResolver ids, Class<?> type) {
        return ids == null ? type.getSimpleName() : ids.idFromValueAndType(null, type);
    }

    private Shape form(JavaType subtype) {
        try {
            JsonDeserializer<?> reader = context.findContextualValueDeserializer(subtype, null);
            return reader instanceof BeanDeserializerBase bean && isJacksons(reader)
                    ? object(subtype, bean)
                    : opaque(subtype, "has a deserializer of its own: give the schema as a map");
        } catch (JsonMappingException e) {
            return unreadable(subtype, e);
        }
    }
}
