package dev.aigw.providers.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.impl.TypeWrappedDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.util.AccessPattern;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads and writes optional values, which are never null themselves. */
final class Optionals {

    /** The empty value of each type. */
    static final Map<Class<?>, Object> EMPTY = Map.of(
            Optional.class, Optional.empty(),
            OptionalInt.class, OptionalInt.empty(),
            OptionalLong.class, OptionalLong.empty(),
            OptionalDouble.class, OptionalDouble.empty());

    private Optionals() {}

    static final class Deserializer extends StdDeserializer<Object> implements ContextualDeserializer {

        private static final long serialVersionUID = 1L;

        private final transient @Nullable JsonDeserializer<Object> content;

        Deserializer(Class<?> type, @Nullable JsonDeserializer<Object> content) {
            super(type);
            this.content = content;
        }

        @Override
        public JsonDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property)
                throws JsonMappingException {
            if (handledType() != Optional.class) {
                return this;
            }
            JavaType type = context.getContextualType();
            JavaType wanted = type == null ? context.constructType(Object.class) : type.containedTypeOrUnknown(0);
            return new Deserializer(Optional.class, typed(context, wanted, property));
        }

        private static JsonDeserializer<Object> typed(
                DeserializationContext context, JavaType type, @Nullable BeanProperty property)
                throws JsonMappingException {
            JsonDeserializer<Object> value = context.findContextualValueDeserializer(type, property);
            TypeDeserializer typing = context.getConfig().findTypeDeserializer(type);
            return typing == null ? value : new TypeWrappedDeserializer(typing.forProperty(property), value);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            Class<?> type = handledType();
            if (type == OptionalInt.class) {
                return OptionalInt.of(_parseIntPrimitive(parser, context));
            }
            if (type == OptionalLong.class) {
                return OptionalLong.of(_parseLongPrimitive(parser, context));
            }
            if (type == OptionalDouble.class) {
                return OptionalDouble.of(_parseDoublePrimitive(parser, context));
            }
            return Optional.ofNullable(Objects.requireNonNull(content).deserialize(parser, context));
        }

        @Override
        public Object getNullValue(DeserializationContext context) {
            return Objects.requireNonNull(EMPTY.get(handledType()));
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return getNullValue(context);
        }

        @Override
        public AccessPattern getNullAccessPattern() {
            return AccessPattern.CONSTANT;
        }
    }

    static final class Serializer extends StdSerializer<Object> {

        private static final long serialVersionUID = 1L;

        Serializer() {
            super(Object.class);
        }

        @Override
        public boolean isEmpty(SerializerProvider provider, Object value) {
            return EMPTY.containsValue(value);
        }

        @Override
        public void serialize(Object value, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (value instanceof OptionalInt number && number.isPresent()) {
                out.writeNumber(number.getAsInt());
            } else if (value instanceof OptionalLong number && number.isPresent()) {
                out.writeNumber(number.getAsLong());
            } else if (value instanceof OptionalDouble number && number.isPresent()) {
                out.writeNumber(number.getAsDouble());
            } else if (value instanceof Optional<?> optional && optional.isPresent()) {
                Object content = optional.get();
                provider.findTypedValueSerializer(content.getClass(), true, null)
                        .serialize(content, out, provider);
            } else {
                out.writeNull();
            }
        }
    }
}
