package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** What an application imports is complete, and has nothing but our modules in it. */
class BomTest {

    private static final Path ROOT = Path.of("../..");
    private static final Path BOM = ROOT.resolve("aigw-api/bom");

    @Test
    void theBomHasEachPublishedModuleAndNothingElse() throws Exception {
        List<String> published = new ArrayList<>();
        publishedJars(ROOT, published);
        List<String> managed = new ArrayList<>();
        for (Element dependency : children(
                child(child(read(ROOT), "dependencyManagement").orElseThrow(), "dependencies")
                        .orElseThrow(),
                "dependency")) {
            assertThat(text(dependency, "groupId")).isEqualTo("dev.aigw");
            assertThat(text(dependency, "version")).isEqualTo("${project.version}");
            managed.add(text(dependency, "artifactId"));
        }
        assertThat(published).contains("aigw-api", "aigw-routing", "aigw-providers");
        assertThat(managed).containsExactlyInAnyOrderElementsOf(published);
    }

    /** It inherits the list, and what it added would be imposed on all applications that import it. */
    @Test
    void theBomIsPublishedAndAddsNothingToItsParent() throws Exception {
        Element bom = read(BOM);
        Element parent = child(bom, "parent").orElseThrow();
        assertThat(text(parent, "artifactId")).isEqualTo(text(read(ROOT), "artifactId"));
        assertThat(text(parent, "version")).isEqualTo(text(read(ROOT), "version"));
        assertThat(text(bom, "packaging")).isEqualTo("pom");
        for (String part : List.of("dependencyManagement", "dependencies", "properties", "build")) {
            assertThat(child(bom, part)).as(part).isEmpty();
        }
        assertThat(children(child(read(ROOT), "modules").orElseThrow(), "module").stream()
                        .map(Element::getTextContent))
                .contains("aigw-api/bom");
    }

    private static void publishedJars(Path folder, List<String> into) throws Exception {
        Element pom = read(folder);
        if (child(pom, "properties")
                .flatMap(properties -> child(properties, "maven.deploy.skip"))
                .isPresent()) {
            return;
        }
        if (child(pom, "packaging").isEmpty()) {
            into.add(text(pom, "artifactId"));
        }
        List<Element> modules =
                child(pom, "modules").map(list -> children(list, "module")).orElse(List.of());
        for (Element module : modules) {
            publishedJars(folder.resolve(module.getTextContent()), into);
        }
    }

    private static Element read(Path folder) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("pom.xml").toFile())
                .getDocumentElement();
    }

    private static String text(Element parent, String name) {
        return child(parent, name).orElseThrow().getTextContent();
    }

    private static Optional<Element> child(Element parent, String name) {
        return children(parent, name).stream().findFirst();
    }

    private static List<Element> children(Element parent, String name) {
        Stream<Node> nodes =
                IntStream.range(0, parent.getChildNodes().getLength()).mapToObj(parent.getChildNodes()::item);
        return nodes.filter(Element.class::isInstance)
                .map(Element.class::cast)
                .filter(element -> element.getTagName().equals(name))
                .toList();
    }
}
