package dev.aigw.routing.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Caller;
import dev.aigw.api.Capability;
import dev.aigw.api.Price;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.routing.engine.pool.Grant;
import java.time.Duration;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Permissions as text. */
class PermissionTextTest {

    private static Grant grant(Permissions permissions, Caller caller, ChatRequest request) {
        return permissions.permit(caller, request.model(), true).grant(ChatRequest.CHAT, request);
    }

    @Test
    void aLineIsARule() {
        Permissions permissions = Permissions.parse("""
                # who may do what

                allow analysts:  role=analyst model=assistant*,embedder operation=chat
                allow the free: tier=free user="O'Neil, Jane",bob model=small maxOutputTokens=1000 capability=
                allow europeans: tenant=acme-eu model=* region=eu,ch requireTags=own maxRetention=PT0S maxPrice=5/15
                deny  no-search: tenant=bank capability=web-search
                """);

        Grant analyst = grant(
                permissions,
                Caller.builder().tenant("x").role("analyst").build(),
                ChatRequest.of("assistant-2", "hi"));
        assertThat(analyst.rule()).isEqualTo("analysts");
        Caller jane = Caller.builder().tier("free").user("O'Neil, Jane").build();
        assertThat(grant(permissions, jane, ChatRequest.of("small", "hi")).maxOutputTokens())
                .isEqualTo(1000);
        assertThat(grant(
                                permissions,
                                jane,
                                ChatRequest.builder()
                                        .model("small")
                                        .user("hi")
                                        .tool(ToolSpec.function("f", "f", Map.of()))
                                        .build())
                        .isAllowed())
                .isFalse();
        Grant european = grant(permissions, Caller.ofTenant("acme-eu"), ChatRequest.of("large", "hi"));
        assertThat(european.bounds()).singleElement().satisfies(bounds -> {
            assertThat(bounds.regions()).containsExactlyInAnyOrder("eu", "ch");
            assertThat(bounds.requiredTags()).containsExactly("own");
            assertThat(bounds.maxRetention()).isEqualTo(Duration.ZERO);
            assertThat(bounds.maxPrice()).isEqualTo(Price.usdPerMillion("5", "15"));
        });
        assertThat(permissions).hasToString("Permissions[deny no-search, allow analysts, allow the free, allow europeans]");
    }

    @Test
    void whatTextSaysTheBuilderSays() {
        Permissions text = Permissions.parse("deny search: capability=web-search\nallow all: model=* anyone");
        Permissions built = Permissions.builder()
                .deny("search", rule -> rule.capability(Capability.of("web-search")))
                .allow("all", rule -> rule.model("*").anyone())
                .build();
        ChatRequest search = ChatRequest.builder()
                .model("small")
                .user("hi")
                .tool(ToolSpec.raw("fake", "web_search", Map.of()))
                .build();

        for (Permissions each : new Permissions[] {text, built}) {
            assertThat(grant(each, Caller.ANONYMOUS, search).rule()).isEqualTo("search");
            assertThat(grant(each, Caller.ANONYMOUS, ChatRequest.of("small", "hi")).isAllowed())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "permit a: model=*          | begins with neither",
        "allow a model=*            | has no name and colon",
        "allow                      | has no name and colon",
        "allow a: colour=blue       | has the criterion \"colour\"",
        "deny a: region=eu          | a rule that denies has not",
        "allow a: maxPrice=5        | write maxPrice=5/15",
        "allow a: maxPrice=x/y      | line 1",
        "allow a: maxRetention=3d   | write PT0S for none",
        "allow a: maxOutputTokens=many | in place of a whole number",
        "allow a: maxOutputTokens=0 | use one or more",
        "allow a: model=            | has a blank pattern",
        "allow a: model=\"x         | closing one",
        "allow  : model=x           | name is blank",
    })
    void aLineThatIsNoRuleIsRefusedWithItsNumber(String line, String message) {
        assertThatThrownBy(() -> Permissions.parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 1")
                .hasMessageContaining(message);
        assertThatThrownBy(() -> Permissions.parse("# first\n\n" + line)).hasMessageContaining("line 3");
    }

    @Test
    void twoRulesOfOneNameAreRefused() {
        assertThatThrownBy(() -> Permissions.parse("allow a: model=x\nallow a: model=y"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("two permission rules \"a\"");
    }

    @Property
    void anyTextIsReadOrRefusedWithALineNumber(@ForAll @StringLength(max = 60) String text) {
        for (String line : new String[] {text, "allow a: " + text, "deny b: model=" + text}) {
            try {
                assertThat(Permissions.parse(line)).isNotNull();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("permissions, line ");
            }
        }
    }
}
