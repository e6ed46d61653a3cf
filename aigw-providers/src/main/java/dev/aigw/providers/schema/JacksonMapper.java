package dev.aigw.providers.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.ref.WeakReference;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes schemas of an application's types and reads and writes their values, with Jackson. What a schema says is what
 * Jackson reads: its annotations, mixins and naming strategies count.
 *
 * <p>Schemas are of JSON Schema 2020-12, in the keywords that vendors enforce. Each property is required; a member
 * whose type or declaration is annotated with {@code @Nullable}, of any package, or that is an {@code Optional} may be
 * null, and absent when it is read. A {@code Map} is a list of entries, each with {@code key} and {@code value},
 * because no vendor enforces objects with any names; an object is read as well. A sealed type is a union, told apart by
 * {@code @JsonTypeInfo}, or else by the property {@code type} with the simple name of the class. A list, a string or a
 * union at the root is the property {@code value} of an object.
 *
 * <p>Reading makes nothing up, see {@link dev.aigw.api.chat.ChatResponse#as(Class)}. Types of java.time are read in
 * their ISO form, also where Jackson has no module for them.
 *
 * <p>{@link JsonMapper#installed()} is one with settings of its own, which ignores unknown properties. To use the
 * settings of an application's mapper:
 *
 * <pre>{@code
 * JsonMapper mapper = JacksonMapper.of(objectMapper);
 * OpenAiAdapter.builder().jsonMapper(mapper);
 * ResponseFormat format = ResponseFormat.schema(Verdict.class, mapper);
 * }</pre>
 *
 * <p>Safe for use by many threads. Schemas are kept by type, and freed with the type's class loader.
 */
public final class JacksonMapper implements JsonMapper {

    private final ObjectMapper settings;

    /** Engines by class loader; each class that was used holds its engine. */
    private final Map<ClassLoader, WeakReference<Engine>> engines = new WeakHashMap<>();

    private final ClassValue<Engine> byClass = new ClassValue<>() {
        @Override
        protected Engine computeValue(Class<?> type) {
            return engineOf(type.getClassLoader());
        }
    };

    /** For the service loader; an application uses {@link JsonMapper#installed()}. */
    public JacksonMapper() {
        this(new ObjectMapper(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxStringLength(Integer.MAX_VALUE) // a stored image is one string
                                .build())
                        .build())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS));
    }

    private JacksonMapper(ObjectMapper settings) {
        this.settings = settings;
    }

    /**
     * Returns a mapper with the settings of a Jackson mapper, such as naming strategies, modules and mixins. They are
     * copied: later changes do not count. Unknown properties are refused unless its settings say otherwise.
     */
    public static JacksonMapper of(ObjectMapper mapper) {
        return new JacksonMapper(mapper.copy());
    }

    @Override
    public Map<String, ?> schema(Type type) {
        return engine(type).schema(type);
    }

    @Override
    public Object read(String json, Type type) {
        return engine(type).read(json, type);
    }

    @Override
    public String write(@Nullable Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = settings.createGenerator(text)) {
            write(out, value);
        } catch (IOException e) {
            throw GatewayException.builder(
                            ErrorKind.INVALID_REQUEST,
                            "a value of "
                                    + (value == null ? "null" : value.getClass().getName())
                                    + " cannot be written as JSON: use maps, lists, strings, numbers, booleans, null,"
                                    + " or records of these")
                    .cause(e)
                    .build();
        }
        return text.toString();
    }

    private void write(JsonGenerator out, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.writeFieldName(String.valueOf(entry.getKey()));
                write(out, entry.getValue());
            }
            out.writeEndObject();
        } else if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object element : list) {
                write(out, element);
            }
            out.writeEndArray();
        } else if (value == null) {
            out.writeNull();
        } else {
            byClass.get(value.getClass()).write(out, value);
        }
    }

    private Engine engine(Type type) {
        Class<?> owner = ownerOf(type);
        return byClass.get(owner == null ? JacksonMapper.class : owner);
    }

    /** Returns a class of the type that an application's loader has loaded; null if all are the platform's. */
    private static @Nullable Class<?> ownerOf(Type type) {
        if (type instanceof Class<?> named) {
            Class<?> element = named;
            while (element.isArray()) {
                element = element.getComponentType();
            }
            return element.getClassLoader() == null ? null : element;
        }
        if (type instanceof GenericArrayType array) {
            return ownerOf(array.getGenericComponentType());
        }
        if (type instanceof ParameterizedType parameterized) {
            Class<?> owner = ownerOf(parameterized.getRawType());
            return owner != null ? owner : ownerOf(parameterized.getActualTypeArguments());
        }
        return type instanceof WildcardType wildcard ? ownerOf(wildcard.getUpperBounds()) : null;
    }

    private static @Nullable Class<?> ownerOf(Type[] types) {
        return Arrays.stream(types)
                .map(JacksonMapper::ownerOf)
                .filter(owner -> owner != null)
                .findFirst()
                .orElse(null);
    }

    private Engine engineOf(@Nullable ClassLoader loader) {
        synchronized (engines) {
            WeakReference<Engine> kept = engines.get(loader);
            Engine engine = kept == null ? null : kept.get();
            if (engine == null) {
                engine = new Engine(settings);
                engines.put(loader, new WeakReference<>(engine));
            }
            return engine;
        }
    }

    @Override
    public String toString() {
        return "JacksonMapper";
    }
}
