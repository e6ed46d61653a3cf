package dev.aigw.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {

    @ParameterizedTest
    @CsvSource({
        "api.openai.com, api.openai.com, true",
        "api.openai.com, API.OpenAI.com., true",
        "api.openai.com, api.openai.com.evil.example, false",
        "api.openai.com, evil-api.openai.com, false",
        "*.openai.azure.com, acme.openai.azure.com, true",
        "*.openai.azure.com, a.b.openai.azure.com, true",
        "*.openai.azure.com, openai.azure.com, false",
        "*.openai.azure.com, evilopenai.azure.com, false",
        "vllm.svc:8000, vllm.svc, true",
        "vllm.svc:8001, vllm.svc, false",
        "10.20.0.0/16, 10.20.255.1, true",
        "10.20.0.0/16, 10.21.0.1, false",
        "10.20.0.0/15, 10.21.0.1, true",
        "10.20.0.0/16, 10.20.0.1.evil.example, false",
        "0.0.0.0/0, 169.254.169.254, true",
        "0.0.0.0/0, evil.example, false",
        "10.0.0.7, 10.0.0.7, true",
        "10.0.0.7, 167772167, false",
        "*.0.0.7, 10.0.0.7, false",
        "fd00::/8, fd12::1, true",
        "fd00::/8, [fd12::1], true",
        "fd00::/8, fe80::1, false",
        "[::1]:8000, ::1, true",
        "::1, 0:0:0:0:0:0:0:1, true",
        "localhost, localhost, true",
        "my_service, my_service, true",
        "0.0.0.0/0, 300.1.1.1, false",
        "::/0, x::1, false",
    })
    void aPatternAllowsItsHostsOnly(String pattern, String host, boolean allowed) {
        assertThat(AllowedHosts.only("other.example", pattern).refusal("http", host, 8000) == null)
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "*.",
                "https://api.openai.com",
                "api.openai.com/v1",
                "a b",
                "10.0.0.0/33",
                "10.0.0/8",
                "fd00::/129",
                "a.*.b",
                "host:port",
                "host:70000",
                "user@host",
                "[::1",
                "api.example/16",
                "a:b:c"
            })
    void whatIsNoPatternIsRefused(String pattern) {
        assertThatThrownBy(() -> AllowedHosts.only(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.20.0.0/16");
        assertThatThrownBy(() -> AllowedHosts.any().and(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withoutPlainHttpOnlyThisMachineIsCalledWithout() {
        AllowedHosts https = AllowedHosts.any().httpsOnly();
        assertThat(https.refusal("https", "api.openai.com", 443)).isNull();
        assertThat(https.refusal("http", "localhost", 80)).isNull();
        assertThat(https.refusal("http", "127.0.0.1", 80)).isNull();
        assertThat(https.refusal("http", "::1", 80)).isNull();
        for (String host : new String[] {"10.0.0.7", "127.0.0.1.evil.example", "::2", "metadata", "0.0.0.0"}) {
            assertThat(https.refusal("http", host, 80)).contains("no plain HTTP", host);
        }
        assertThat(AllowedHosts.only("api.openai.com").httpsOnly().refusal("http", "localhost", 80))
                .contains("localhost is not one of allowedHosts(...)");
    }

    @Test
    void anyHostIsAllowedUnlessSomeAreNamed() {
        assertThat(AllowedHosts.any().refusal("http", "169.254.169.254", 80)).isNull();
        assertThat(AllowedHosts.any().isLimited()).isFalse();
        assertThat(AllowedHosts.any().httpsOnly().isLimited()).isFalse();
        AllowedHosts two = AllowedHosts.only("a.example").and("b.example");
        assertThat(two.isLimited()).isTrue();
        assertThat(two.refusal("https", "b.example", 443)).isNull();
        assertThat(two.refusal("https", "c.example", 443)).contains("c.example is not one of");
        assertThat(two.httpsOnly()).hasToString("AllowedHosts[a.example, b.example] over HTTPS");
        assertThatThrownBy(AllowedHosts::only).hasMessageContaining("no pattern");
    }
}
