package dev.aigw.routing.transform.mustache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.routing.transform.PromptEngine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MustacheEngineTest {

    private final Map<String, String> included = new HashMap<>();

    private PromptEngine.Compiled compile(String text) {
        return new MustacheEngine().compile(text, included::get);
    }

    private String render(String text, Map<String, Object> values) {
        return compile(text).render(values);
    }

    @Test
    void valuesAndSectionsAreFilledIn() {
        String text = "{{#items}}{{-index}}. {{name}}{{^-last}}, {{/-last}}{{/items}}{{^items}}none{{/items}}";

        assertThat(render(text, Map.of("items", List.of(Map.of("name", "a"), Map.of("name", "b")))))
                .isEqualTo("1. a, 2. b");
        assertThat(render(text, Map.of("items", List.of()))).isEqualTo("none");
        assertThat(render("{{user.name}}", Map.of("user", Map.of("name", "Ann"))))
                .isEqualTo("Ann");
        assertThat(render("{{#yes}}y{{/yes}}{{^no}}n{{/no}}", Map.of("yes", true, "no", false)))
                .isEqualTo("yn");
        assertThat(render("{{#text}}[{{text}}]{{/text}}", Map.of("text", ""))).isEmpty();
    }

    @Test
    void nothingIsEscapedForHtml() {
        assertThat(render("{{x}}{{{x}}}{{&x}}", Map.of("x", "<a href=\"b\">&'</a>")))
                .isEqualTo("<a href=\"b\">&'</a>".repeat(3));
    }

    @Test
    void valuesAreNotReadAsTemplates() {
        assertThat(render("{{x}}", Map.of("x", "{{y}} {{=<% %>=}} <%y%>", "y", "secret")))
                .isEqualTo("{{y}} {{=<% %>=}} <%y%>");
    }

    @Test
    void jsonAndCodeInATemplateNeedNoEscape() {
        assertThat(render("Answer as {\"a\": {\"b\": [1]}} or ${x} or {x}, {{x}}", Map.of("x", 1)))
                .isEqualTo("Answer as {\"a\": {\"b\": [1]}} or ${x} or {x}, 1");
        assertThat(render("{{=<% %>=}}{{x}} <%x%>", Map.of("x", "$1 \\n"))).isEqualTo("{{x}} $1 \\n");
    }

    @Test
    void jsonAroundAVariableStays() {
        assertThat(render("{\"a\":{\"b\":{{x}}}} and {\"c\": [{\"d\": {}}]}", Map.of("x", 1)))
                .isEqualTo("{\"a\":{\"b\":1}} and {\"c\": [{\"d\": {}}]}");
        assertThat(compile("{{ this is my line }}").names(any -> false)).containsExactly("this is my line");
    }

    @Test
    void aNameWithoutValueIsNamed() {
        assertThatThrownBy(() -> render("one\n{{missing}}", Map.of("x", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"missing\" in line 2 has no value");
        assertThatThrownBy(() -> render("{{#missing}}{{/missing}}", Map.of())).hasMessageContaining("missing");
        assertThatThrownBy(() -> render("{{#items}}{{nam}}{{/items}}", Map.of("items", List.of(Map.of("name", "a")))))
                .hasMessageContaining("nam");
    }

    @Test
    void aNullIsEmpty() {
        Map<String, Object> values = new HashMap<>();
        values.put("x", null);

        assertThat(render("[{{x}}]{{#x}}no{{/x}}", values)).isEqualTo("[]");
    }

    @Test
    void methodsAndFieldsOfObjectsAreOutOfReach() {
        for (String name : List.of("class", "hashCode", "length", "bytes", "getClass", "entrySet", "size", "empty")) {
            assertThatThrownBy(() -> render("{{x." + name + "}}", Map.of("x", "text")))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> render("{{x." + name + "}}", Map.of("x", Map.of("a", "b"))))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> render("{{x." + name + "}}", Map.of("x", List.of("a"))))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void promptsAreIncluded() {
        included.put("sig@2", "Yours, {{name}}{{> ps}}");
        included.put("ps", " PS: {{note}}");

        assertThat(render("Hi {{> sig@2}}", Map.of("name", "A", "note", "B"))).isEqualTo("Hi Yours, A PS: B");
        assertThat(compile("Hi {{x}} {{> sig@2}}").names(any -> false)).containsExactly("name", "note", "x");
    }

    @Test
    void whatIncludesItselfIsRefused() {
        included.put("a", "{{> b}}");
        included.put("b", "{{> a}}");

        assertThatThrownBy(() -> compile("{{> a}}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("includes itself");
    }

    @Test
    void aMistakeInTheTextIsNamed() {
        assertThatThrownBy(() -> compile("one\n{{#x}}"))
                .hasMessageContaining("x")
                .hasMessageContaining("line 2");
        assertThatThrownBy(() -> compile("Hello {{x")).hasMessageContaining("does not end with }}");
        assertThatThrownBy(() -> compile("Hello {{x}")).hasMessageContaining("does not end with }}");
        included.put("a", "{{/x}}");
        assertThatThrownBy(() -> compile("{{> a}}")).hasMessageContaining("in what it includes by [a]");
    }

    @Test
    void namesInsideAListAreItsOwn() {
        assertThat(compile("{{#items}}{{name}}{{/items}}{{#flag}}{{x}}{{/flag}}{{user.name}}")
                        .names(name -> name.equals("items")))
                .containsExactly("flag", "items", "user", "x");
    }
}
