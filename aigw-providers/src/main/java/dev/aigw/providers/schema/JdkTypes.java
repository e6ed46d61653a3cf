package dev.aigw.providers.schema;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.Deserializers;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.Serializers;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Year;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes java.time and {@code Optional}, for mappers without the modules that do. A time is its ISO form, or
 * that of its {@code @JsonFormat(pattern)}; an optional is its value, or null.
 */
final class JdkTypes extends SimpleModule {

    private static final long serialVersionUID = 1L;

    private final transient Set<Class<?>> types;

    /** Creates a module for these types. */
    JdkTypes(Set<Class<?>> types) {
        super("aigw-jdk-types");
        this.types = types;
    }

    @Override
    public void setupModule(SetupContext context) {
        context.addDeserializers(new Deserializers.Base() {
            @Override
            public @Nullable JsonDeserializer<?> findBeanDeserializer(
                    JavaType type, DeserializationConfig config, BeanDescription description) {
                Class<?> raw = type.getRawClass();
                return types.contains(raw) ? deserializer(raw) : null;
            }
        });
        context.addSerializers(new Serializers.Base() {
            @Override
            public @Nullable JsonSerializer<?> findSerializer(
                    SerializationConfig config, JavaType type, BeanDescription description) {
                for (Class<?> served : types) { // zones have subclasses
                    if (served.isAssignableFrom(type.getRawClass())) {
                        return serializer(served);
                    }
                }
                return null;
            }
        });
    }

    private static JsonDeserializer<?> deserializer(Class<?> type) {
        Texts.TimeType time = Texts.TIMES.get(type);
        if (time != null) {
            return new TimeDeserializer(type, time, null);
        }
        return type == Year.class ? new YearDeserializer() : new Optionals.Deserializer(type, null);
    }

    private static JsonSerializer<?> serializer(Class<?> type) {
        if (Texts.TIMES.containsKey(type)) {
            return new TimeSerializer(null);
        }
        return type == Year.class ? new YearSerializer() : new Optionals.Serializer();
    }

    private static @Nullable DateTimeFormatter formatter(JsonFormat.@Nullable Value format) {
        if (format == null || !format.hasPattern()) {
            return null;
        }
        DateTimeFormatter formatter = format.hasLocale()
                ? DateTimeFormatter.ofPattern(format.getPattern(), format.getLocale())
                : DateTimeFormatter.ofPattern(format.getPattern());
        return format.hasTimeZone() ? formatter.withZone(format.getTimeZone().toZoneId()) : formatter;
    }

    private static final class TimeDeserializer extends StdScalarDeserializer<Object>
            implements ContextualDeserializer {

        private static final long serialVersionUID = 1L;

        private final transient Texts.TimeType time;
        private final transient @Nullable DateTimeFormatter formatter;

        TimeDeserializer(Class<?> type, Texts.TimeType time, @Nullable DateTimeFormatter formatter) {
            super(type);
            this.time = time;
            this.formatter = formatter;
        }

        @Override
        public JsonDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
            DateTimeFormatter own =
                    time.patterned() == null ? null : formatter(findFormatOverrides(context, property, handledType()));
            return own == null ? this : new TimeDeserializer(handledType(), time, own);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                return context.handleUnexpectedToken(handledType(), parser);
            }
            String text = parser.getText();
            try {
                return formatter == null || time.patterned() == null
                        ? time.standard().parse(text)
                        : time.patterned().parse(text, formatter);
            } catch (DateTimeException e) {
                return context.handleWeirdStringValue(handledType(), text, "%s", e.getMessage());
            }
        }
    }

    private static final class TimeSerializer extends StdScalarSerializer<Object> implements ContextualSerializer {

        private static final long serialVersionUID = 1L;

        private final transient @Nullable DateTimeFormatter formatter;

        TimeSerializer(@Nullable DateTimeFormatter formatter) {
            super(Object.class);
            this.formatter = formatter;
        }

        @Override
        public JsonSerializer<?> createContextual(SerializerProvider provider, @Nullable BeanProperty property) {
            DateTimeFormatter own = property == null
                    ? null
                    : formatter(property.findPropertyFormat(
                            provider.getConfig(), property.getType().getRawClass()));
            return own == null ? this : new TimeSerializer(own);
        }

        @Override
        public void serialize(Object value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(
                    formatter != null && value instanceof TemporalAccessor time
                            ? formatter.format(time)
                            : value.toString());
        }

        @Override
        public void serializeWithType(
                Object value, JsonGenerator out, SerializerProvider provider, TypeSerializer typing)
                throws IOException {
            serialize(value, out, provider);
        }
    }

    private static final class YearDeserializer extends StdScalarDeserializer<Year> {

        private static final long serialVersionUID = 1L;

        YearDeserializer() {
            super(Year.class);
        }

        @Override
        public @Nullable Year deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return parser.hasToken(JsonToken.VALUE_NUMBER_INT)
                    ? Year.of(parser.getIntValue())
                    : (Year) context.handleUnexpectedToken(Year.class, parser);
        }
    }

    private static final class YearSerializer extends StdScalarSerializer<Year> {

        private static final long serialVersionUID = 1L;

        YearSerializer() {
            super(Year.class);
        }

        @Override
        public void serialize(Year value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeNumber(value.getValue());
        }
    }
}
