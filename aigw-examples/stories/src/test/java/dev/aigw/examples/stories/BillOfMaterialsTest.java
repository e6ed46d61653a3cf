package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bills of materials (CycloneDX) that the build writes for the published modules. */
class BillOfMaterialsTest {

    /** What an application may take along without asking its lawyers. JUnit's is only for who writes tests. */
    private static final Set<String> PERMISSIVE = Set.of("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause");

    /** Licences that a library names in its own way; both have the text of BSD-3-Clause. */
    private static final Map<String, String> NAMED =
            Map.of("Go License", "BSD-3-Clause", "The (New) BSD License", "BSD-3-Clause");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(strings = {"aigw-api", "aigw-routing", "aigw-providers"})
    void everyLibraryIsListedWithAPermissiveLicence(String module) throws IOException {
        List<String> others = new ArrayList<>();
        for (JsonNode library : components(module)) {
            boolean test = library.path("group").asText().startsWith("org.junit.");
            List<String> licences = licences(library);
            if (licences.isEmpty() || !(test ? Set.of("EPL-2.0") : PERMISSIVE).containsAll(licences)) {
                others.add(library.path("purl").asText() + " " + licences);
            }
        }

        assertThat(others).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"aigw-api", "aigw-routing", "aigw-providers"})
    void theListNamesWhatTheModuleDeclares(String module) throws IOException {
        List<String> names = new ArrayList<>();
        components(module).forEach(library -> names.add(library.path("name").asText()));

        assertThat(names)
                .contains(
                        switch (module) {
                            case "aigw-api" -> new String[] {"jspecify"};
                            case "aigw-routing" ->
                                new String[] {"caffeine", "failsafe", "lettuce-core", "netty-handler"};
                            default -> new String[] {"okhttp-jvm", "jackson-databind"};
                        });
    }

    private static List<String> licences(JsonNode library) {
        List<String> ids = new ArrayList<>();
        for (JsonNode entry : library.path("licenses")) {
            JsonNode licence = entry.path("license");
            ids.add(
                    licence.has("id")
                            ? licence.path("id").asText()
                            : NAMED.getOrDefault(licence.path("name").asText(), entry.toString()));
        }
        return ids;
    }

    private static JsonNode components(String module) throws IOException {
        Path target = Path.of("..", "..", module, "target");
        Path file = target.resolve(module + "-0.1.0-SNAPSHOT-cyclonedx.json");
        assumeTrue(Files.exists(file), () -> "No bill of materials of " + module + ": it is written by mvn package");
        JsonNode components = MAPPER.readTree(Files.readAllBytes(file)).path("components");
        assertThat(components.size()).as("components of " + module).isPositive();
        return components;
    }
}
