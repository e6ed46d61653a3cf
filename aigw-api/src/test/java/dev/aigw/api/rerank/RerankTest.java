package dev.aigw.api.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import java.util.List;
import org.junit.jupiter.api.Test;

class RerankTest {

    private static final RerankRequest REQUEST = RerankRequest.of("ranker", "capital", List.of("Paris", "bread"));

    @Test
    void theIdentityIsAllButTheModel() {
        assertThat(REQUEST.toBuilder().model("other").build())
                .isNotEqualTo(REQUEST)
                .extracting(RerankRequest::cacheIdentity)
                .isEqualTo(REQUEST.cacheIdentity());
        assertThat(REQUEST.toBuilder().topN(1).build().cacheIdentity()).isNotEqualTo(REQUEST.cacheIdentity());
        assertThat(REQUEST.toBuilder().extra("priority", 1).build().cacheIdentity())
                .isNotEqualTo(REQUEST.cacheIdentity());
        assertThat(REQUEST.toBuilder().build()).isEqualTo(REQUEST).hasSameHashCodeAs(REQUEST);
    }

    @Test
    void whatIsMissingOrOutOfRangeIsRefusedWithTheFix() {
        assertThatThrownBy(() -> RerankRequest.of("ranker", "capital", List.of()))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        thrown -> assertThat(thrown.kind()).isEqualTo(ErrorKind.INVALID_REQUEST))
                .hasMessageContaining("document(text)");
        assertThatThrownBy(() -> RerankRequest.builder("ranker").document("a").build())
                .hasMessageContaining("query(text)");
        assertThatThrownBy(() -> RerankRequest.of("ranker", " ", List.of("a"))).hasMessageContaining("query is blank");
        assertThatThrownBy(() -> REQUEST.toBuilder().topN(0).build()).hasMessageContaining("topN is 0");
        assertThatThrownBy(() -> REQUEST.toBuilder().query("a").query("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("query is set twice");
    }

    @Test
    void aResponseIsEqualByItsAnswerAndNotByItsRoute() {
        RerankResponse response = RerankResponse.builder()
                .result(new RerankResponse.Result(1, 0.9))
                .result(new RerankResponse.Result(0, 0.1))
                .usage(TokenUsage.of(4, 0))
                .extra("search_units", 1)
                .build();
        Route route = Route.builder()
                .callId("1")
                .requestedModel("ranker")
                .model("ranker")
                .source(Route.Source.CACHE)
                .build();

        assertThat(response.withRoute(route)).isEqualTo(response).hasSameHashCodeAs(response);
        assertThat(response.withRoute(route).route()).isEqualTo(route);
        assertThat(response.toBuilder().build()).isEqualTo(response);
        assertThat(response.toBuilder().results(List.of()).build()).isNotEqualTo(response);
    }

    @Test
    void contentStaysOutOfStrings() {
        assertThat(REQUEST + " " + REQUEST.cacheIdentity())
                .contains("2 documents")
                .doesNotContain("Paris", "capital");
    }
}
