package dev.aigw.routing.access.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Caller;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClaimMappingTest {

    private static TokenClaims claims(Map<String, Object> more) {
        Map<String, Object> claims = new LinkedHashMap<>(Map.of("sub", "ada"));
        claims.putAll(more);
        return new TokenClaims(claims);
    }

    @Test
    void theStandardMappingReadsWhatProvidersCallRolesAndScopes() {
        Caller keycloak = ClaimMapping.standard()
                .apply(claims(Map.of(
                        "realm_access",
                        Map.of("roles", List.of("staff")),
                        "groups",
                        List.of("/eu"),
                        "scope",
                        "chat  embed")));
        Caller entra = ClaimMapping.standard().apply(claims(Map.of("roles", List.of("staff"), "scp", "chat embed")));
        Caller okta = ClaimMapping.standard().apply(claims(Map.of("scp", List.of("chat", "embed"))));

        assertThat(keycloak.roles()).containsExactlyInAnyOrder("staff", "/eu");
        assertThat(keycloak.scopes()).containsExactlyInAnyOrder("chat", "embed");
        assertThat(entra.roles()).containsExactly("staff");
        assertThat(entra.scopes()).isEqualTo(okta.scopes()).isEqualTo(keycloak.scopes());
        assertThat(okta.user()).isEqualTo("ada");
        assertThat(okta.isAuthenticated()).isFalse();
    }

    @Test
    void aClaimThatIsNotNamedDoesNotCount() {
        Caller caller = ClaimMapping.builder()
                .build()
                .apply(claims(Map.of("roles", List.of("admin"), "scope", "all", "tenant", "acme", "tier", "gold")));

        assertThat(caller).isEqualTo(Caller.builder().user("ada").build());
    }

    @Test
    void theFirstClaimThatIsThereNamesTheTenantAndTheTier() {
        ClaimMapping mapping = ClaimMapping.builder()
                .user("oid", "sub")
                .tenant("org_id", "tid")
                .tier("https://acme.com/plan", "app.plan")
                .label("team", "department")
                .label("city", "address.city")
                .build();
        Caller caller = mapping.apply(claims(Map.of(
                "tid", "acme", "app", Map.of("plan", "gold"), "department", "R&D", "address", Map.of("city", "Ulm"))));

        assertThat(caller.user()).isEqualTo("ada");
        assertThat(caller.tenant()).isEqualTo("acme");
        assertThat(caller.tier()).isEqualTo("gold");
        assertThat(caller.labels()).isEqualTo(Map.of("team", "R&D", "city", "Ulm"));
        assertThat(mapping.apply(claims(Map.of("tid", "a", "https://acme.com/plan", "free")))
                        .tier())
                .isEqualTo("free");
    }

    @Test
    void aTokenWithoutTheTenantThatIsNamedIsRefused() {
        ClaimMapping mapping = ClaimMapping.builder().tenant("tid").build();
        assertThatThrownBy(() -> mapping.apply(claims(Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no tenant");
    }

    @Test
    void aClaimOfAnotherTypeIsRefusedAndNotTakenForAbsent() {
        ClaimMapping mapping = ClaimMapping.builder()
                .tenant("tid")
                .roles("roles")
                .scopes("scope")
                .tier("tier")
                .label("team", "team")
                .build();
        for (String name : List.of("tid", "roles", "scope", "tier", "team")) {
            for (Object value : List.of(1, true, Map.of("a", "b"), List.of(1), List.of(List.of("a")))) {
                Map<String, Object> claims = new LinkedHashMap<>(Map.of("tid", "acme"));
                claims.put(name, value);
                assertThatThrownBy(() -> mapping.apply(claims(claims)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("the claim " + name);
            }
        }
    }

    @Test
    void textIsTakenExactly() {
        ClaimMapping mapping = ClaimMapping.builder().tenant("tid").build();
        for (String tenant : List.of("Acme", "acm\u00e9", "acme\u0301", "\u0430cme", "\uff41cme")) {
            assertThat(mapping.apply(claims(Map.of("tid", tenant))).tenant())
                    .isEqualTo(tenant)
                    .isNotEqualTo("acme");
        }
    }

    @Test
    void textWithInvisibleCharactersIsRefusedEverywhere() {
        ClaimMapping mapping = ClaimMapping.builder()
                .tenant("tid")
                .roles("roles")
                .scopes("scope")
                .tier("tier")
                .label("team", "team")
                .build();
        for (String name : List.of("tid", "roles", "scope", "tier", "team")) {
            for (String value : List.of("a\nb", "a\u0000", "a\u200bb", "\u202ea", "a\u2028b", "\ufeffa", "a\u00ad")) {
                Map<String, Object> claims = new LinkedHashMap<>(Map.of("tid", "acme"));
                claims.put(name, value);
                assertThatThrownBy(() -> mapping.apply(claims(claims)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(name)
                        .hasMessageNotContaining(value);
            }
        }
    }

    @Test
    void moreRolesThanTheBoundAreRefusedAndNotCut() {
        assertThatThrownBy(() -> ClaimMapping.standard().apply(claims(Map.of("roles", Collections.nCopies(501, "r")))))
                .hasMessageContaining("more than 500");
        assertThatThrownBy(() -> ClaimMapping.standard().apply(claims(Map.of("scope", "a ".repeat(501)))))
                .hasMessageContaining("scope");
        assertThat(ClaimMapping.standard()
                        .apply(claims(Map.of("scope", "a ".repeat(500))))
                        .scopes())
                .containsExactly("a");
    }

    @Test
    void theBuilderRefusesWhatContradictsItself() {
        assertThatThrownBy(() ->
                        ClaimMapping.builder().fixedTenant("acme").tenant("tid").build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ClaimMapping.builder().tenants("acme").build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ClaimMapping.builder().roles()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ClaimMapping.builder().label("a", "b").label("a", "c"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void claimsCannotBeChangedNorPrinted() {
        TokenClaims claims = claims(Map.of("roles", List.of("a"), "address", Map.of("city", "Ulm")));
        assertThatThrownBy(() -> claims.asMap().put("sub", "root")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ((List<?>) claims.value("roles")).clear())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(claims.toString()).contains("roles").doesNotContain("ada", "Ulm");
    }
}
