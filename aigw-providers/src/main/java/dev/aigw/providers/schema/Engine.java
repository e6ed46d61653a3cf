package dev.aigw.providers.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.impl.UnsupportedTypeDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.providers.http.errors.Secrets;
import java.io.IOException;
import java.lang.reflect.Type;
import java.time.Year;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Schemas, reading and writing for the types of one class loader. Jackson keeps what it has learnt about types, so each
 * engine has a mapper of its own: both are collected with the loader. Safe for use by many threads.
 */
final class Engine {

    private static final int MOST_OF_A_REASON = 200;
    private static final int CACHED_TYPES = 200;

    private final ObjectMapper mapper;
    private final ObjectReader trees;
    private final Fitting fitting;
    private final Map<Type, Shape> shapes = new ConcurrentHashMap<>();
    private final Map<Type, Map<String, ?>> schemas = new ConcurrentHashMap<>();

    /** Creates an engine that reads and writes as {@code settings} does. */
    Engine(ObjectMapper settings) {
        this.mapper = settings.copy();
        LookupCache<Object, JavaType> cache = new LRUMap<>(16, CACHED_TYPES);
        mapper.setTypeFactory(TypeFactory.defaultInstance().withCache(cache));
        mapper.registerModule(new JdkTypes(unsupported(mapper)));
        mapper.setAnnotationIntrospectors(
                AnnotationIntrospector.pair(
                        mapper.getSerializationConfig().getAnnotationIntrospector(), new SealedTypes()),
                AnnotationIntrospector.pair(
                        mapper.getDeserializationConfig().getAnnotationIntrospector(), new SealedTypes()));
        mapper.enable(
                DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS, DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
        this.trees = mapper.reader()
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .with(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
        this.fitting = new Fitting(trees, settings.isEnabled(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS));
    }

    /** Returns the types of the JDK that a mapper has no module for. */
    private static Set<Class<?>> unsupported(ObjectMapper mapper) {
        DefaultDeserializationContext context = ((DefaultDeserializationContext) mapper.getDeserializationContext())
                .createDummyInstance(mapper.getDeserializationConfig());
        Set<Class<?>> types = new HashSet<>(Texts.TIMES.keySet());
        types.addAll(Optionals.EMPTY.keySet());
        types.add(Year.class);
        types.removeIf(type -> {
            try {
                JsonDeserializer<Object> reader =
                        context.findContextualValueDeserializer(mapper.constructType(type), null);
                return !(reader instanceof UnsupportedTypeDeserializer);
            } catch (JsonMappingException e) {
                return false; // no support
            }
        });
        return types;
    }

    Map<String, ?> schema(Type type) {
        return schemas.computeIfAbsent(type, key -> SchemaWriter.write(nameOf(key), shapeOf(key)));
    }

    private String nameOf(Type type) {
        return Names.of(mapper.constructType(type));
    }

    private Shape shapeOf(Type type) {
        Shape shape = shapes.get(type);
        if (shape == null) {
            shape = new Shapes(mapper).of(mapper.constructType(type));
            shapes.putIfAbsent(type, shape);
        }
        return shape;
    }

    Object read(String json, Type type) {
        JavaType wanted = mapper.constructType(type);
        JsonNode tree;
        try {
            tree = trees.readTree(json);
        } catch (JsonProcessingException e) {
            e.clearLocation(); // the location would quote the answer
            throw malformed(
                    wanted, "it is not one JSON value: " + startOf(json) + " (" + e.getOriginalMessage() + ")", e);
        }
        if (tree == null || tree.isMissingNode()) {
            throw malformed(wanted, "there is no JSON", null);
        }
        try {
            Object value = mapper.treeToValue(fitting.root(tree, shapeOf(type)), wanted);
            if (value == null) {
                throw malformed(wanted, "it is null", null);
            }
            return value;
        } catch (Fitting.Misfit e) {
            throw malformed(wanted, e.getMessage(), null);
        } catch (InvalidDefinitionException e) {
            throw new IllegalArgumentException(Names.of(wanted) + " cannot be read: " + e.getOriginalMessage(), e);
        } catch (JsonProcessingException e) {
            e.clearLocation();
            throw malformed(wanted, reasonOf(e), e);
        }
    }

    private static GatewayException malformed(JavaType wanted, String problem, @Nullable Throwable cause) {
        return GatewayException.builder(ErrorKind.MALFORMED_RESPONSE, Names.of(wanted) + " cannot be read: " + problem)
                .cause(cause)
                .build();
    }

    private static String startOf(String json) {
        return json.isBlank() ? "it is empty" : Secrets.NONE.mask(json.strip(), MOST_OF_A_REASON / 2);
    }

    /** Returns where Jackson stopped, and why: a constructor may refuse a value. */
    private static String reasonOf(JsonProcessingException e) {
        StringBuilder path = new StringBuilder();
        if (e instanceof JsonMappingException mapping) {
            for (JsonMappingException.Reference step : mapping.getPath()) {
                if (step.getFieldName() != null) {
                    path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
                } else if (step.getIndex() >= 0) {
                    path.append('[').append(step.getIndex()).append(']');
                }
            }
        }
        Throwable cause = e.getCause();
        String reason = cause != null && cause.getMessage() != null ? cause.getMessage() : e.getOriginalMessage();
        return (path.isEmpty() ? "" : path + ": ") + Secrets.NONE.mask(reason, MOST_OF_A_REASON);
    }

    /**
     * Writes a value that is no plain JSON value.
     *
     * @throws IOException if it cannot be written
     */
    void write(JsonGenerator out, Object value) throws IOException {
        mapper.writeValue(out, value);
    }
}
