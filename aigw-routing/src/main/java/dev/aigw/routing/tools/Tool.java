package dev.aigw.routing.tools;

import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.TypeRef;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A tool that a model may call, with the code that runs it. Immutable, and safe for use by many threads if its code is.
 *
 * <pre>{@code
 * record WeatherQuery(String city, LocalDate day) {}
 *
 * Tool weather = Tool.of("weather", "Returns the weather of a city on a day.", WeatherQuery.class,
 *     query -> service.weather(query.city(), query.day()));
 * }</pre>
 *
 * <p>The arguments are a record or another type whose schema can be made ({@link JsonMapper#schema}), a map after a
 * schema of your own, or none. Arguments that do not fit are not an exception for the application: the model reads
 * which member is wrong and may call again. What the code returns is described at {@link ToolFunction#run}.
 *
 * <p>A name has 1 to 64 letters, digits, {@code _} and {@code -}, the characters that all vendors take.
 */
public final class Tool {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Map<String, ?> NO_ARGUMENTS = Map.of("type", "object", "properties", Map.of());
    private static final TypeRef<Map<String, Object>> MAP = new TypeRef<>() {};

    /** Reads the arguments of a call and returns the code to run with them. */
    @FunctionalInterface
    private interface Preparation {
        Prepared prepare(ToolCall call);
    }

    /** The code of a tool with its arguments. */
    @FunctionalInterface
    interface Prepared {
        @Nullable
        Object run(ToolContext context) throws Exception;
    }

    private final ToolSpec spec;
    private final Preparation preparation;
    private final ToolHints hints;
    private final @Nullable Duration timeout;

    private Tool(ToolSpec spec, Preparation preparation, ToolHints hints, @Nullable Duration timeout) {
        this.spec = spec;
        this.preparation = preparation;
        this.hints = hints;
        this.timeout = timeout;
    }

    /**
     * Returns a tool whose arguments are a record.
     *
     * @throws IllegalArgumentException if the name is not one that all vendors take, or no schema describes the type
     * @throws IllegalStateException if no mapper is installed; the message says what to add
     */
    public static <A> Tool of(String name, String description, Class<A> arguments, ToolFunction<A> code) {
        Objects.requireNonNull(code, "code");
        return of(name, description, arguments, (read, context) -> code.run(read));
    }

    /** Returns a tool like {@link #of(String, String, Class, ToolFunction)} whose code knows about the call. */
    public static <A> Tool of(String name, String description, Class<A> arguments, ToolFunction.WithContext<A> code) {
        Objects.requireNonNull(code, "code");
        return of(ToolSpec.function(checked(name), description, arguments), call -> {
            A read = call.as(arguments);
            return context -> code.run(read, context);
        });
    }

    /** Returns a tool like {@link #of(String, String, Class, ToolFunction)} whose arguments have a generic type. */
    public static <A> Tool of(String name, String description, TypeRef<A> arguments, ToolFunction<A> code) {
        Objects.requireNonNull(code, "code");
        return of(ToolSpec.function(checked(name), description, arguments), call -> {
            A read = call.as(arguments);
            return context -> code.run(read);
        });
    }

    /** Returns a tool without arguments; what a model gives nevertheless is ignored. */
    public static Tool of(String name, String description, Callable<?> code) {
        Objects.requireNonNull(code, "code");
        return of(ToolSpec.function(checked(name), description, NO_ARGUMENTS), call -> context -> code.call());
    }

    /**
     * Returns a tool whose arguments are a map, after a JSON schema of your own; the map is not checked against it.
     *
     * @throws IllegalArgumentException if the name is not one that all vendors take, or the schema is not of an object
     */
    public static Tool of(
            String name, String description, Map<String, ?> schema, ToolFunction<Map<String, Object>> code) {
        Objects.requireNonNull(code, "code");
        return of(function(name, description, schema), call -> {
            Map<String, Object> read = call.as(MAP);
            return context -> code.run(read);
        });
    }

    /**
     * Returns a tool of this definition, whose code gets the model's call as it is. Use it for definitions with
     * vendor's settings such as {@link ToolSpec#strict()}.
     *
     * @throws IllegalArgumentException if a vendor runs the tool itself, or its name is not one that all vendors take
     */
    public static Tool of(ToolSpec spec, ToolFunction.WithContext<ToolCall> code) {
        Objects.requireNonNull(code, "code");
        if (spec.provider() != null) {
            throw new IllegalArgumentException("the tool " + spec.name() + " runs at " + spec.provider()
                    + ": add it to the request, by ChatRequest.builder().tool(spec), not to the loop");
        }
        checked(spec.name());
        return of(spec, call -> context -> code.run(call, context));
    }

    private static Tool of(ToolSpec spec, Preparation preparation) {
        return new Tool(spec, preparation, ToolHints.NONE, null);
    }

    private static ToolSpec function(String name, String description, Map<String, ?> schema) {
        Object type = schema.get("type");
        if (type != null && !type.equals("object")) {
            throw new IllegalArgumentException("the arguments of the tool " + name + " are of type " + type
                    + ", but vendors take objects only: use a record with a component for it");
        }
        return ToolSpec.function(checked(name), description, schema);
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("the tool's name is \"" + name
                    + "\": use 1 to 64 letters, digits, _ and -, which all vendors take");
        }
        return name;
    }

    /** Returns this tool with a name of its own in place of the given one. */
    public Tool withName(String name) {
        return new Tool(
                new ToolSpec(checked(name), spec.description(), spec.parameters(), spec.strict(), null),
                preparation,
                hints,
                timeout);
    }

    /** Returns this tool, which the vendor is asked to call only with arguments that follow the schema exactly. */
    public Tool withStrict(boolean strict) {
        return new Tool(
                new ToolSpec(spec.name(), spec.description(), spec.parameters(), strict, null),
                preparation,
                hints,
                timeout);
    }

    /** Returns this tool with what it says about its effects; {@link ToolHints#NONE} by default. */
    public Tool withHints(ToolHints hints) {
        return new Tool(spec, preparation, Objects.requireNonNull(hints, "hints"), timeout);
    }

    /**
     * Returns this tool with a timeout of its own in place of the loop's.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Tool withTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "the timeout of the tool " + name() + " is " + timeout + ": use a positive duration");
        }
        return new Tool(spec, preparation, hints, timeout);
    }

    /** Returns the name. */
    public String name() {
        return spec.name();
    }

    /** Returns the definition that the model gets. */
    public ToolSpec spec() {
        return spec;
    }

    /** Returns what the tool says about its effects. */
    public ToolHints hints() {
        return hints;
    }

    /** Returns how long one call may take, or null for the loop's timeout. */
    public @Nullable Duration timeout() {
        return timeout;
    }

    /**
     * Reads the arguments.
     *
     * @throws GatewayException of kind MALFORMED_RESPONSE if they do not fit
     */
    Prepared prepare(ToolCall call) {
        return preparation.prepare(call);
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return "Tool{" + name() + "}";
    }
}
