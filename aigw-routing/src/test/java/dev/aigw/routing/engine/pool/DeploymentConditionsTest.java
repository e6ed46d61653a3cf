package dev.aigw.routing.engine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage.Bucket;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeploymentConditionsTest {

    private static CallOptions.Builder options() {
        return CallOptions.builder();
    }

    @Test
    void optionsThatExcludeNoDeploymentHaveNone() {
        CallOptions options = options()
                .tag("feature", "a")
                .sessionKey("s")
                .maxAttempts(1)
                .fallbacks("b")
                .build();

        assertThat(DeploymentConditions.areNone(options)).isTrue();
        assertThat(DeploymentConditions.of(options)).isEmpty();
    }

    @Test
    void optionsThatAllowOtherDeploymentsHaveOtherConditions() {
        Price price = Price.usdPerMillion("1", "2");
        List<CallOptions> different = List.of(
                options().build(),
                options().region("eu").build(),
                options().region("eu", "us").build(),
                options().requireTags("eu").build(),
                options().requireTags("region eu").build(),
                options().maxPrice(price).build(),
                options().maxPrice(Price.usdPerMillion("2", "1")).build(),
                options().maxPrice(price.unknown(Bucket.INPUT)).build(),
                options().maxPrice(price.unknown(Bucket.INPUT).unknown(Bucket.OUTPUT)).build(),
                options().maxRetention(Duration.ZERO).build(),
                options().maxRetention(Duration.ofDays(30)).build());

        assertThat(different.stream().map(DeploymentConditions::of)).doesNotHaveDuplicates();
        assertThat(different.stream().skip(1)).noneMatch(DeploymentConditions::areNone);
    }

    @Test
    void theOrderOfOptionsAndTheScaleOfAPriceDoNotCount() {
        CallOptions one = options()
                .region("eu", "us")
                .requireTags("a", "b")
                .maxPrice(Price.usdPerMillion("1.50", "10"))
                .build();
        CallOptions other = options()
                .region("us", "eu")
                .requireTags("b", "a")
                .maxPrice(Price.usdPerMillion("1.5", "10.00"))
                .build();

        assertThat(DeploymentConditions.of(one))
                .isEqualTo(DeploymentConditions.of(other))
                .containsExactly(
                        "price", "price input 1.5", "price output 10", "region eu", "region us", "tag a", "tag b");
    }

    /** An option that excludes deployments and is no condition would have one call answered with another's reply. */
    @Test
    void noOptionWasAddedWithoutAThoughtForTheConditions() {
        assertThat(Stream.of(CallOptions.class.getDeclaredFields())
                        .filter(field -> !Modifier.isStatic(field.getModifiers())))
                .as("fields of CallOptions: add a new one to DeploymentConditions, if it excludes deployments")
                .hasSize(16);
    }
}
