package dev.aigw.providers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a vendor's published description of its API says of a request. The files say where they come from, and
 * {@code extract.py} beside them how they were made.
 */
public final class Description {

    private static final Path ROOT = Path.of("src", "test", "resources", "descriptions");
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Map<String, Description> KNOWN = new ConcurrentHashMap<>();

    private static final String CHOICE = "/anyOf/";

    private final Schema schema;

    private Description(Schema schema) {
        this.schema = schema;
    }

    /** Returns what the description of {@code vendor} says of requests of type {@code name}. */
    public static Description of(String vendor, String name) {
        return KNOWN.computeIfAbsent(vendor + "/" + name, key -> read(vendor, name));
    }

    private static Description read(String vendor, String name) {
        JsonNode definitions;
        try (InputStream in = Files.newInputStream(ROOT.resolve(vendor + ".json"))) {
            definitions = Objects.requireNonNull(Json.parse(in).get("$defs"), "$defs");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!definitions.has(name)) {
            throw new IllegalArgumentException(vendor + " describes no " + name);
        }
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("$ref", "#/$defs/" + name);
        root.set("$defs", definitions);
        return new Description(REGISTRY.getSchema(root));
    }

    /**
     * Returns in what {@code body} is not as described, each with its place; none if all is well. Where one of several
     * schemas would do, those of another type or role are not spoken of.
     */
    public List<String> problems(JsonNode body) {
        List<Error> errors = schema.validate(body);
        List<String> otherTypes = errors.stream()
                .filter(Description::isOfOtherType)
                .map(Description::branch)
                .toList();
        List<Error> telling = errors.stream()
                .filter(error -> otherTypes.stream()
                        .noneMatch(
                                branch -> error.getEvaluationPath().toString().startsWith(branch)))
                .toList();
        return (telling.isEmpty() ? errors : telling)
                .stream()
                        .map(error -> error.getInstanceLocation() + " " + error.getMessage())
                        .distinct()
                        .toList();
    }

    private static boolean isOfOtherType(Error error) {
        String place = error.getInstanceLocation().toString();
        return branch(error).contains(CHOICE)
                && (place.endsWith("/type") || place.endsWith("/role"))
                && ("enum".equals(error.getKeyword()) || "const".equals(error.getKeyword()));
    }

    /** Returns the path to the schema, among those of which one would do, that an error belongs to. */
    private static String branch(Error error) {
        String path = error.getEvaluationPath().toString();
        int choice = path.lastIndexOf(CHOICE);
        return choice < 0 ? path : path.substring(0, path.indexOf('/', choice + CHOICE.length()) + 1);
    }
}
