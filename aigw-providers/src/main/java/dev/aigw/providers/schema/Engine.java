package dev.aigw.providers.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
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
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import java.io.IOException;
import java.lang.reflect.Type;
import java.time.Year;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Schemas, reading and writing for the types of one class loader. Jackson keeps what it has learnt about types, so each
 * engine has a mapper of its own: both are collected with the loader. Safe for use by many threads.
 */
final class Engine {

    private static final int CACHED_TYPES = 200;
    private static final Pattern PLATFORM = Pattern.compile("javax?\\.|jdk\\.|sun\\.|com\\.sun\\.|com\\.fasterxml\\.");

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
        } catch (JsonProcessingException e) { // not as the cause: its words quote the answer
            throw malformed(wanted, json.isBlank() ? "it is empty" : "it is not one JSON value: " + brokenAt(e), null);
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
        } catch (JsonProcessingException e) { // not as the cause: its words quote the answer
            throw malformed(wanted, reasonOf(e), isOfTheApplication(e.getCause()) ? e.getCause() : null);
        }
    }

    private static GatewayException malformed(JavaType wanted, String problem, @Nullable Throwable cause) {
        return GatewayException.builder(ErrorKind.MALFORMED_RESPONSE, Names.of(wanted) + " cannot be read: " + problem)
                .cause(cause)
                .build();
    }

    private static String brokenAt(JsonProcessingException e) {
        if (e instanceof StreamConstraintsException) {
            return e.getOriginalMessage(); // says which bound it exceeds
        }
        JsonLocation location = e.getLocation();
        boolean twice = e.getOriginalMessage().startsWith("Duplicate field");
        String what = e instanceof JsonEOFException
                ? "it ends within a value"
                : twice ? "a property is given twice" : "reading stopped";
        return what
                + (location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr());
    }

    /**
     * Returns where Jackson stopped, and why, without the words of the exception: Jackson quotes the value that it
     * cannot read, and so do the constructors that refuse one.
     */
    private static String reasonOf(JsonProcessingException e) {
        StringBuilder path = new StringBuilder();
        if (e instanceof JsonMappingException mapping) {
            List<JsonMappingException.Reference> steps = mapping.getPath();
            int known = e instanceof UnrecognizedPropertyException ? steps.size() - 1 : steps.size();
            for (JsonMappingException.Reference step : steps.subList(0, known)) {
                if (step.getFrom() instanceof Map) {
                    path.append("[…]"); // a key is a part of the answer
                } else if (step.getFieldName() != null) {
                    path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
                } else if (step.getIndex() >= 0) {
                    path.append('[').append(step.getIndex()).append(']');
                }
            }
        }
        String where = path.isEmpty() ? "it" : path.toString();
        if (e instanceof UnrecognizedPropertyException) {
            return where + " has a property that the type does not have";
        }
        Throwable cause = e.getCause();
        if (cause != null) {
            StackTraceElement[] stack = cause.getStackTrace();
            return where + " was refused: " + cause.getClass().getSimpleName()
                    + (stack.length == 0 ? "" : " of " + stack[0]);
        }
        JavaType wanted = e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
                ? TypeFactory.defaultInstance().constructType(mismatch.getTargetType())
                : null;
        return where + " does not fit" + (wanted == null ? "" : " the type " + Names.of(wanted));
    }

    /**
     * Returns whether an application's own code threw it, and not the platform or Jackson, which quote what they read.
     */
    private static boolean isOfTheApplication(@Nullable Throwable thrown) {
        StackTraceElement[] stack = thrown == null ? new StackTraceElement[0] : thrown.getStackTrace();
        return stack.length > 0 && !PLATFORM.matcher(stack[0].getClassName()).lookingAt();
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
