package dev.aigw.providers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TreeBounds;
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
 * The part about requests of a vendor's published API description. The files name their source, and {@code extract.py}
 * beside them created them.
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

    /** Returns the description of {@code vendor}'s requests of type {@code name}. */
    public static Description of(String vendor, String name) {
        return KNOWN.computeIfAbsent(vendor + "/" + name, key -> read(vendor, name));
    }

    private static Description read(String vendor, String name) {
        JsonNode definitions;
        try (InputStream in = Files.newInputStream(ROOT.resolve(vendor + ".json"))) {
            definitions =
                    Objects.requireNonNull(Json.parse(in, TreeBounds.DEFAULT).get("$defs"), "$defs");
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
     * Returns how {@code body} differs from the description, each with its path; none if it matches. Where one of
     * several schemas must match, those of another type or role are not reported.
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

    /** Returns the path of the alternative schema that an error belongs to. */
    private static String branch(Error error) {
        String path = error.getEvaluationPath().toString();
        int choice = path.lastIndexOf(CHOICE);
        return choice < 0 ? path : path.substring(0, path.indexOf('/', choice + CHOICE.length()) + 1);
    }
}
