/**
 * Provider adapters: one translation per vendor's wire protocol, a scripted fake, and the contract they all pass.
 *
 * <p>LangChain4j is needed only for package {@code langchain4j}; the AWS SDK only for package {@code bedrock}; JUnit,
 * AssertJ and MockWebServer only for package {@code contract}, and AssertJ for {@code fake.assertj}.
 */
module dev.aigw.providers {
    requires transitive dev.aigw.api;
    requires transitive okhttp3;
    requires okio;
    requires transitive com.fasterxml.jackson.databind;
    requires org.slf4j;
    requires static org.jspecify;
    requires static org.junit.jupiter.api;
    requires static org.assertj.core;
    requires static mockwebserver3;
    requires static langchain4j.core;
    requires static software.amazon.awssdk.auth;
    requires static software.amazon.awssdk.eventstream;
    requires static software.amazon.awssdk.http;
    requires static software.amazon.awssdk.http.auth.aws;
    requires static software.amazon.awssdk.http.auth.spi;
    requires static software.amazon.awssdk.identity.spi;

    exports dev.aigw.providers.anthropic;
    exports dev.aigw.providers.azure;
    exports dev.aigw.providers.bedrock;
    exports dev.aigw.providers.cohere;
    exports dev.aigw.providers.contract;
    exports dev.aigw.providers.fake;
    exports dev.aigw.providers.fake.assertj;
    exports dev.aigw.providers.gemini;
    exports dev.aigw.providers.guard;
    exports dev.aigw.providers.jsonhttp;
    exports dev.aigw.providers.kit;
    exports dev.aigw.providers.langchain4j;
    exports dev.aigw.providers.mistral;
    exports dev.aigw.providers.oauth;
    exports dev.aigw.providers.ollama;
    exports dev.aigw.providers.openai;
    exports dev.aigw.providers.openinference;
    exports dev.aigw.providers.schema;
    exports dev.aigw.providers.schema.emulation;
    exports dev.aigw.providers.tfserving;
    exports dev.aigw.providers.torchserve;

    provides dev.aigw.api.JsonMapper with
            dev.aigw.providers.schema.JacksonMapper;
    provides dev.aigw.api.spi.SchemaFallback with
            dev.aigw.providers.schema.emulation.PromptedFallback;

    // JUnit runs the contract's test methods, which are not public
    opens dev.aigw.providers.contract;
}
