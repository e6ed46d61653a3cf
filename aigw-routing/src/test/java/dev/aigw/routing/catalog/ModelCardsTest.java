package dev.aigw.routing.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aigw.api.Capability;
import dev.aigw.api.Cost;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.WireFacts;
import dev.aigw.api.WireFacts.Binding;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ReasoningOrigin;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.metering.Meters;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardsTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 10, 1);

    private static final Instant NOON = Instant.parse("2026-10-01T12:00:00Z");
    private static final LocalDate WRITTEN = LocalDate.of(2026, 9, 15);

    static final String LITELLM = """
            {
              "sample_spec": {"litellm_provider": "one of the providers", "max_input_tokens": "a number"},
              "small": {
                "litellm_provider": "openai", "mode": "chat",
                "max_input_tokens": 272000, "max_output_tokens": 128000, "max_tokens": 128000,
                "input_cost_per_token": 2.5e-07, "output_cost_per_token": 2e-06,
                "cache_read_input_token_cost": 2.5e-08,
                "supports_function_calling": true, "supports_vision": true, "supports_audio_input": false
              },
              "azure/small": {"litellm_provider": "azure", "input_cost_per_token": 3e-07},
              "vertex_ai/large": {"litellm_provider": "vertex_ai-anthropic_models", "input_cost_per_token": 1e-06},
              "qwen/qwen3": {"litellm_provider": "groq", "input_cost_per_token": 1e-06},
              "vectors": {
                "litellm_provider": "openai", "mode": "embedding", "max_input_tokens": 8191,
                "output_vector_size": 1536, "input_cost_per_token": 2e-08, "output_cost_per_token": 0.0
              },
              "dark": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": "unknown"}
            }
            """;

    static final String GENAI_PRICES = """
            [
              {"id": "google", "name": "Google", "models": [
                {"id": "g-pro", "context_window": 1000000,
                 "match": {"or": [{"equals": "g-pro"}, {"starts_with": "g-pro-2"}]},
                 "prices": {"input_mtok": {"base": 1.25, "tiers": [{"start": 200000, "price": 2.5}]},
                            "output_mtok": 10, "cache_read_mtok": 0.125}},
                {"id": "g-any", "match": {"regex": "^g-[a-z]+-any$"}, "prices": {"input_mtok": 1}}
              ]},
              {"id": "anthropic", "models": [
                {"id": "c-five", "match": {"contains": "five"}, "prices": [
                  {"prices": {"input_mtok": 2, "output_mtok": 10}},
                  {"constraint": {"start_date": "2026-09-01"}, "prices": {"input_mtok": 3, "output_mtok": 15}},
                  {"constraint": {"start_date": "2027-01-01"}, "prices": {"input_mtok": 9, "output_mtok": 90}},
                  {"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"}, "prices": {"input_mtok": 1}}
                ]}
              ]}
            ]
            """;

    private static ModelCards read(String json) {
        try {
            return CardFile.read(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "the file", TODAY, WRITTEN);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String input(ModelCards cards, String name) {
        Price price = cards.find(name).price();
        BigDecimal amount = price == null ? null : price.perMillion(Bucket.INPUT);
        return amount == null ? "unknown" : amount.toPlainString();
    }

    @Test
    void readsLiteLlmsForm() {
        ModelCards cards = read(LITELLM);

        ModelCard small = cards.find("openai/small");
        assertThat(small.price()).isEqualTo(Price.usdPerMillion("0.25", "2").with(Bucket.CACHE_READ, "0.025"));
        assertThat(small.contextWindow()).isEqualTo(400_000);
        assertThat(small.maxOutputTokens()).isEqualTo(128_000);
        assertThat(small.capabilities())
                .containsExactlyInAnyOrder(Capability.CHAT, Capability.TOOLS, Capability.VISION);
        assertThat(small.lacking()).containsExactlyInAnyOrder(Capability.AUDIO, Capability.EMBEDDING);
        assertThat(input(cards, "azure/small")).isEqualTo("0.3");
        assertThat(input(cards, "vertex_ai/large")).isEqualTo("1");
        assertThat(input(cards, "groq/qwen/qwen3")).isEqualTo("1");
        assertThat(cards.find("openai/vectors").embeddingDimensions()).isEqualTo(1536);
        assertThat(cards.find("openai/vectors").lacks(Capability.CHAT)).isTrue();
        assertThat(input(cards, "openai/dark")).isEqualTo("unknown");
        assertThat(cards.find("one of the providers/sample_spec")).isEqualTo(ModelCard.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "gemini/g-pro,1.25",
        "gemini/g-pro-2026,1.25",
        "gemini/g-pro-1,unknown",
        "gemini/g-x-any,1",
        "google/g-pro,unknown",
        "anthropic/some-five-model,3",
    })
    void readsTheFormOfGenAiPricesWithItsRulesAndDates(String name, String input) {
        assertThat(input(read(GENAI_PRICES), name)).isEqualTo(input);
    }

    @Test
    void keepsPricesThatAreAnnouncedForLaterDays() {
        Price price = Objects.requireNonNull(
                read(GENAI_PRICES).find("anthropic/some-five-model").price());

        TokenUsage usage = TokenUsage.of(1_000_000, 0);
        assertThat(price.cost(usage, null, Instant.parse("2026-12-31T23:59:59Z")))
                .isEqualTo(Cost.usd(new BigDecimal("3")));
        assertThat(price.cost(usage, null, Instant.parse("2027-01-01T00:00:00Z")))
                .isEqualTo(Cost.usd(new BigDecimal("9")));
    }

    @Test
    void readsLiteLlmsServiceTiersThresholdsSearchesAndEnd() {
        ModelCard card = read("""
                {"m": {"litellm_provider": "openai", "deprecation_date": "2027-01-14",
                  "input_cost_per_token": 1.25e-06, "output_cost_per_token": 1e-05,
                  "cache_creation_input_token_cost": 2e-06, "cache_read_input_token_cost": 1e-07,
                  "input_cost_per_token_above_272k_tokens": 2.5e-06, "output_cost_per_token_above_272k_tokens": 1.5e-05,
                  "input_cost_per_token_flex": 6.25e-07, "output_cost_per_token_flex": 5e-06,
                  "input_cost_per_token_priority": 2.5e-06, "output_cost_per_token_priority": 1e-05,
                  "input_cost_per_token_above_272k_tokens_priority": 5e-06,
                  "search_context_cost_per_query": {"search_context_size_medium": 0.01}},
                 "other": {"litellm_provider": "openai", "deprecation_date": "one day",
                  "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06}}
                """).find("openai/m");
        Price price = Objects.requireNonNull(card.price());

        assertThat(card.shutdown()).isEqualTo(LocalDate.of(2027, 1, 14));
        assertThat(card.priceDate()).as("the day the file was written").isEqualTo(WRITTEN);
        assertThat(cost(price, TokenUsage.of(272_000, 100), null)).isEqualByComparingTo("0.341");
        assertThat(cost(price, TokenUsage.of(1_000_000, 0), null)).isEqualByComparingTo("2.5");
        assertThat(cost(price, TokenUsage.of(0, 1_000_000), "flex")).isEqualByComparingTo("5");
        assertThat(cost(price, TokenUsage.of(1_000_000, 0), "priority")).isEqualByComparingTo("5");
        assertThat(price.perMillion(Bucket.CACHE_WRITE_LONG))
                .as("twice the input")
                .isEqualByComparingTo("2.5");
        TokenUsage search = TokenUsage.builder().serverTool("web_search", 2).build();
        assertThat(cost(price, search, null)).isEqualByComparingTo("0.02");
    }

    @Test
    void readsTheSecondFormatOfGenAiPrices() {
        ModelCards cards = read("""
                [{"id": "anthropic", "models": [
                  {"id": "c", "match": {"equals": "c"}, "prices": [
                    {"prices": {"input_mtok": 9, "output_mtok": 9}},
                    {"constraint": {"start_date": "2026-08-21"}, "prices": {
                      "input_mtok": {"base": 4, "tiers": [{"start": 100000, "price": 8}]}, "output_mtok": 20,
                      "cache_write_mtok": 5, "cache_write_1h_mtok": 8, "web_searches_kcount": 10}},
                    {"constraint": {"start_time": "01:00:00Z", "end_time": "04:00:00Z"},
                     "prices": {"input_mtok": 40, "output_mtok": 200}}],
                   "price_variants": [
                    {"when": {"processing": "batch"}, "constraint": {"start_date": "2027-01-01"},
                     "prices": {"input_mtok": 3}},
                    {"when": {"processing": "batch"}, "prices": {"input_mtok": 2, "output_mtok": 10}},
                    {"when": {"search_type": "fast"}, "prices": {"input_mtok": 1000}},
                    {"when": {"service_tier": "fast"}, "prices": {"output_mtok": 50}}]}
                ]}]
                """);
        Price price = Objects.requireNonNull(cards.find("anthropic/c").price());

        assertThat(cards.asOf()).as("the newest date of today or earlier").isEqualTo(LocalDate.of(2026, 8, 21));
        assertThat(price.at(NOON).perMillion(Bucket.CACHE_WRITE_LONG)).isEqualByComparingTo("8");
        assertThat(cost(price, TokenUsage.of(100_000, 0), null)).isEqualByComparingTo("0.4");
        assertThat(cost(price, TokenUsage.of(200_000, 0), null)).isEqualByComparingTo("1.6");
        assertThat(cost(price, TokenUsage.of(1_000, 1_000), "batch")).isEqualByComparingTo("0.012");
        assertThat(cost(price, TokenUsage.of(1_000, 1_000), "fast")).isEqualByComparingTo("0.054");
        assertThat(cost(price, TokenUsage.builder().serverTool("web_search", 1).build(), "batch"))
                .isEqualByComparingTo("0.01");
        assertThat(price.at(Instant.parse("2026-10-02T01:00:00Z")).perMillion(Bucket.INPUT))
                .isEqualByComparingTo("40");
        assertThat(price.cost(TokenUsage.of(1_000, 0), "batch", Instant.parse("2027-01-01T12:00:00Z")))
                .as("a variant of a later day")
                .isEqualTo(Cost.usd(new BigDecimal("0.003")));
    }

    @Test
    void readsWhatEachRequestCosts() {
        Price genAi = Objects.requireNonNull(read("""
                [{"id": "perplexity", "models": [{"id": "sonar", "match": {"equals": "sonar"},
                  "prices": {"input_mtok": 1, "output_mtok": 1, "requests_kcount": 12}}]}]
                """).find("perplexity/sonar").price());
        Price liteLlm =
                Objects.requireNonNull(read("""
                {"perplexity/sonar": {"litellm_provider": "perplexity", "mode": "chat",
                  "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06, "input_cost_per_request": 0.012}}
                """).find("perplexity/sonar").price());

        assertThat(genAi.perRequest()).isEqualByComparingTo("0.012");
        assertThat(liteLlm.perRequest()).isEqualByComparingTo("0.012");
    }

    @Test
    void theFrozenFormatOfGenAiPricesIsRecognised() throws IOException {
        JsonMapper json = new JsonMapper();
        String second = GENAI_PRICES.replace("\"cache_read_mtok\"", "\"cache_write_1h_mtok\"");

        assertThat(GenAiPrices.read(json.readTree(GENAI_PRICES), TODAY).isFrozen())
                .isTrue();
        assertThat(GenAiPrices.read(json.readTree(second), TODAY).isFrozen()).isFalse();
    }

    @Test
    void builtInCardsKnowServiceTiers() {
        for (String model : List.of("openai/gpt-6-luna", "anthropic/claude-opus-5", "gemini/gemini-3.8-flash")) {
            Price price =
                    Objects.requireNonNull(ModelCards.builtIn().find(model).price());
            Cost usual = price.cost(TokenUsage.of(100, 100), null, NOON);
            Cost batch = price.cost(TokenUsage.of(100, 100), "batch", NOON);
            assertThat(batch.plus(batch)).isEqualTo(usual);
            assertThat(price.cost(TokenUsage.of(100, 100), "scale", NOON).isKnown())
                    .isFalse();
        }
    }

    private static BigDecimal cost(Price price, TokenUsage usage, @Nullable String tier) {
        return Objects.requireNonNull(price.cost(usage, tier, NOON).amount(), "unknown");
    }

    private static Price genAiPrice(String input) {
        return Objects.requireNonNull(read("""
                        [{"id": "v", "models": [
                          {"id": "m", "match": {"equals": "m"}, "prices": {"input_mtok": %s, "output_mtok": 9}},
                          {"id": "n", "match": {"equals": "n"}, "prices": {"input_mtok": 1, "output_mtok": 1}}]}]
                        """.formatted(input)).find("v/m").price());
    }

    @Test
    void theHighestTierExceededCountsInAnyOrder() {
        TokenUsage usage = TokenUsage.builder().input(1_000_000).build();
        String three = "{\"start\": 300000, \"price\": 3}";
        String two = "{\"start\": 200000, \"price\": 2}";
        for (String tiers : List.of(two + "," + three, three + "," + two)) {
            Price price = genAiPrice("{\"base\": 1, \"tiers\": [" + tiers + "]}");
            assertThat(cost(price, usage, null)).as(tiers).isEqualByComparingTo("3");
            assertThat(cost(price, TokenUsage.builder().input(250_000).build(), null))
                    .as(tiers)
                    .isEqualByComparingTo("0.5");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1", "\"200k\"", "null", "{}"})
    void aPriceIsUnknownIfItIsNotKnownWhereATierBegins(String start) {
        ModelCards cards = read("""
                [{"id": "v", "models": [
                  {"id": "m", "match": {"equals": "m"}, "prices": {
                    "input_mtok": {"base": 1, "tiers": [{"start": %s, "price": 0.001}]}, "output_mtok": 9}},
                  {"id": "n", "match": {"equals": "n"}, "prices": {"input_mtok": 1, "output_mtok": 1}}]}]
                """.formatted(start));
        assertThat(input(cards, "v/m")).isEqualTo("unknown");
        assertThat(input(cards, "v/n")).isEqualTo("1");
    }

    @Test
    void oneAmountThatCannotBeMeantLeavesTheOtherModels() {
        for (String amount : List.of("1000000", "999999.999999", "1e999999999", "1e-999999999", "-1", "\"1e-6\"")) {
            ModelCards cards = read("""
                    {"m": {"litellm_provider": "v", "input_cost_per_token": %s, "output_cost_per_token": 1e-6},
                     "n": {"litellm_provider": "v", "input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6}}
                    """.formatted(amount));
            assertThat(input(cards, "v/n")).as(amount).isEqualTo("1");
        }
    }

    @Test
    void knowsWindowAndCacheOfTheFormOfGenAiPrices() {
        ModelCard card = read(GENAI_PRICES).find("gemini/g-pro");

        assertThat(card.contextWindow()).isEqualTo(1_000_000);
        assertThat(Objects.requireNonNull(card.price()).perMillion(Bucket.CACHE_READ))
                .isEqualByComparingTo("0.125");
    }

    @Test
    void longPromptsCostWhatTheVendorChargesForThem() {
        Price loaded =
                Objects.requireNonNull(read(GENAI_PRICES).find("gemini/g-pro").price());
        Price builtIn = Objects.requireNonNull(
                ModelCards.builtIn().find("gemini/gemini-2.5-pro").price());

        for (Price price : new Price[] {loaded, builtIn}) {
            assertThat(price.cost(TokenUsage.of(100_000, 0))).isEqualTo(Cost.usd(new BigDecimal("0.125")));
            assertThat(price.cost(TokenUsage.of(400_000, 0))).isEqualTo(Cost.usd(new BigDecimal("1")));
        }
        assertThat(loaded.cost(TokenUsage.of(400_000, 100_000))).isEqualTo(Cost.usd(new BigDecimal("2")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "[1]", "\"text\"", "{\"a\": {\"b\": 1}}", "not json", "{\"a\": "})
    void refusesWhatIsNoFileOfCards(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the file");
    }

    @Test
    void builtInCardsKnowPricesWindowsAndCapabilities() {
        ModelCards cards = ModelCards.builtIn();

        assertThat(cards.asOf()).isAfter(LocalDate.of(2026, 1, 1));
        assertThat(cards.find("openai/gpt-6-luna").has(Capability.TOOLS)).isTrue();
        assertThat(cards.find("openai/gpt-6-luna").contextWindow()).isEqualTo(1_050_000);
        assertThat(cards.find("anthropic/claude-haiku-4-5").has(Capability.PREFILL))
                .isTrue();
        assertThat(cards.find("anthropic/claude-opus-4-6").lacks(Capability.PREFILL))
                .isTrue();
        assertThat(cards.find("openai/text-embedding-3-large").embeddingDimensions())
                .isEqualTo(3072);
        assertThat(Objects.requireNonNull(
                                cards.find("anthropic/claude-haiku-4-5").price())
                        .cost(TokenUsage.of(1_000_000, 1_000_000)))
                .isEqualTo(Cost.usd(new BigDecimal("6")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai/gpt-6-luna-2026-09-22",
                "anthropic/claude-haiku-4-5-20251001",
                "mistral/mistral-medium-3-latest"
            })
    void anIdThatEndsInItsDateIsTheSameModel(String name) {
        assertThat(ModelCards.builtIn().find(name).price()).isNotNull();
    }

    @Test
    void anotherModelOfTheFamilyIsUnknown() {
        assertThat(ModelCards.builtIn().find("openai/gpt-6-luna-of-mine")).isEqualTo(ModelCard.UNKNOWN);
        assertThat(ModelCards.none().find("openai/gpt-6-luna")).isEqualTo(ModelCard.UNKNOWN);
    }

    @Test
    void onesOwnCardGoesBeforeAndTheRestFillsItsGaps() {
        ModelCards cards = ModelCards.builtIn()
                .with(
                        "openai/gpt-6-luna",
                        ModelCard.builder().price(Price.usdPerMillion("1", "1")).build());

        assertThat(input(cards, "openai/gpt-6-luna")).isEqualTo("1");
        assertThat(cards.find("openai/gpt-6-luna").has(Capability.TOOLS)).isTrue();
        assertThat(input(cards, "openai/gpt-5")).isEqualTo("1.25");
    }

    @Test
    void aLoadedFileGoesBeforeTheBuiltInOnes(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("prices.json"), LITELLM);

        ModelCards cards = ModelCards.load(file).orElse(ModelCards.builtIn());

        assertThat(input(cards, "openai/small")).isEqualTo("0.25");
        assertThat(input(cards, "openai/gpt-5")).isEqualTo("1.25");
    }

    @Test
    void aDeploymentHasTheCardOfItsNameOrOfTheOneItNames() {
        FakeProvider openai = FakeProvider.builder("openai").reply("ok").build();
        FakeProvider azure = FakeProvider.builder("azure").reply("ok").build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(openai)
                .provider(azure)
                .meter(Meters.inMemory())
                .model("m", model -> model.deployment("openai/gpt-6-luna"))
                .model(
                        "a",
                        model -> model.deployment("azure/ours", deployment -> deployment.cardOf("openai/gpt-6-luna")))
                .build()) {
            router.chat("m", "hi");
            router.chat("a", "hi");

            assertThat(router.snapshot().usage().byModel().get("m").cost().isKnown())
                    .isTrue();
            assertThat(router.snapshot().usage().byModel().get("a").cost())
                    .isEqualTo(router.snapshot().usage().byModel().get("m").cost());
        }
    }

    @Test
    void theBuiltInCardsSayHowLongTheirVendorsKeepPrompts() {
        ModelCards cards = ModelCards.builtIn();
        assertThat(cards.find("openai/gpt-6-luna").retention()).isEqualTo(Duration.ofDays(30));
        assertThat(cards.find("gemini/gemini-3.8-flash").retention()).isEqualTo(Duration.ofDays(55));
        assertThat(cards.find("mistral/mistral-large-latest").retention()).isNull();
    }

    @Test
    void aPriceFactorMultipliesThePriceOfTheCard() {
        FakeProvider openai = FakeProvider.builder("openai").reply("ok").build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(openai)
                .meter(Meters.inMemory())
                .model("m", model -> model.deployment("openai/gpt-6-luna"))
                .model(
                        "eu",
                        model -> model.deployment(
                                "openai/gpt-6-luna",
                                deployment -> deployment.baseUrl("https://eu").priceFactor("1.1")))
                .build()) {
            BigDecimal usual = cost(router, "m");
            assertThat(cost(router, "eu")).isEqualByComparingTo(usual.multiply(new BigDecimal("1.1")));
        }
    }

    private static BigDecimal cost(ModelRouter router, String model) {
        router.chat(model, "hi");
        return Objects.requireNonNull(
                router.snapshot().usage().byModel().get(model).cost().amount());
    }

    @Test
    void explainShowsWhatAModelDoesNotTake() {
        try (ModelRouter router = ModelRouter.builder()
                .provider(FakeProvider.builder("anthropic").reply("ok").build())
                .model("m", model -> model.deployment("anthropic/claude-opus-5-5"))
                .build()) {
            ChatRequest request = ChatRequest.builder("m")
                    .user("hi")
                    .temperature(0.5)
                    .reasoning(ReasoningEffort.of(ReasoningEffort.Level.NONE))
                    .tool(ToolSpec.function("f", "does it", Map.of()))
                    .toolChoice(ToolChoice.REQUIRED)
                    .build();

            assertThat(router.explain(request)
                            .steps()
                            .get(0)
                            .candidates()
                            .get(0)
                            .changes())
                    .containsExactly(
                            "cannot turn reasoning off: it was asked for the level LOW",
                            "does not take temperature: it was left out",
                            "refuses forcedTools, unless its adapter may drop it");
        }
    }

    @Test
    void aFileSaysWhatAModelTakes() {
        WireFacts facts = read("""
                {"date": "2026-11-30",
                 "families": {"f": {"wire": {"endpoint": "chat", "refuses": ["seed"]}}},
                 "models": [{"model": "v/m", "family": "f", "wire": {
                    "toolEndpoint": "responses", "efforts": ["low"], "refusesWhileReasoning": ["temperature"],
                    "reasonsByDefault": false, "reasoningOff": "between_tools",
                    "cacheMarks": true, "cacheMinimum": 512, "cacheLifetimes": ["1h", "5m"]}}]}
                """).find("v/m").wire();

        assertThat(facts)
                .isEqualTo(WireFacts.builder()
                        .endpoint("chat")
                        .toolEndpoint("responses")
                        .refuses(WireFacts.Parameter.SEED)
                        .refusesWhileReasoning(WireFacts.Parameter.TEMPERATURE)
                        .reasonsByDefault(false)
                        .efforts("low")
                        .reasoningOff("between_tools")
                        .cacheMarks(true)
                        .cacheMinimum(512)
                        .cacheLifetimes(Duration.ofMinutes(5), Duration.ofHours(1))
                        .build());
    }

    @Test
    void aCardThatIsNotThereFailsTheBuild() {
        assertThatThrownBy(() -> ModelRouter.builder()
                        .provider(FakeProvider.builder("azure").reply("ok").build())
                        .model("a", model -> model.deployment("azure/ours", deployment -> deployment.cardOf("x/y")))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("asks for the card of \"x/y\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "1e-999999999", "-1", "1e7", "\"unknown\"", "true", "[1]"})
    void aPriceThatCannotBeMeantIsUnknownAndNotFree(String price) {
        ModelCards input = read("{\"m\": {\"litellm_provider\": \"x\", \"input_cost_per_token\": " + price + "}}");
        assertThat(Objects.requireNonNull(input.find("x/m")).price()).isNull();
        ModelCards output = read("{\"m\": {\"litellm_provider\": \"x\", \"input_cost_per_token\": 1e-6,"
                + " \"output_cost_per_token\": " + price + "}}");
        assertThat(Objects.requireNonNull(output.find("x/m")).price()).isNull();
        ModelCards other = read("[{\"id\": \"x\", \"models\": [{\"id\": \"m\", \"prices\": {\"input_mtok\": 1,"
                + " \"output_mtok\": " + price + "}}]}]");
        assertThat(Objects.requireNonNull(other.find("x/m")).price()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1e999999999", "9223372036854775807", "-5", "1e400", "123456789012345678901234567890", "{}"})
    void aWindowThatCannotBeMeantIsUnknown(String tokens) {
        ModelCards cards = read("{\"m\": {\"litellm_provider\": \"x\", \"max_input_tokens\": " + tokens
                + ", \"max_output_tokens\": " + tokens + ", \"output_vector_size\": " + tokens + "}}");
        ModelCard card = Objects.requireNonNull(cards.find("x/m"));
        assertThat(card.contextWindow()).isNull();
        assertThat(card.maxOutputTokens()).isNull();
        assertThat(card.embeddingDimensions()).isNull();
    }

    @Test
    void aFileThatNestsWithoutAnEndOrIsInAnotherEncodingIsRefused() {
        for (String text : List.of("[".repeat(100_000), "{\"a\":".repeat(100_000), "\0\0\u00ff\u00fe", "")) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            assertThatThrownBy(() -> CardFile.read(new ByteArrayInputStream(bytes), "the file", TODAY, WRITTEN))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the file");
        }
    }

    @Test
    void cardsSayWhatReasoningIsBoundTo() {
        ModelCards cards = ModelCards.builtIn();
        assertThat(cards.find("openai/gpt-6.2-sol").wire().reasoningBoundTo())
                .containsExactlyInAnyOrder(Binding.PREFIX, Binding.ACCOUNT, Binding.MODEL);
        assertThat(cards.find("anthropic/claude-sonnet-5-5").wire().reasoningBoundTo())
                .containsExactlyInAnyOrder(Binding.PREFIX, Binding.ACCOUNT, Binding.MODEL);
        assertThat(cards.find("anthropic/claude-opus-5-5").wire().reasoningBoundTo())
                .containsExactlyInAnyOrder(Binding.PREFIX, Binding.MODEL);
        assertThat(cards.find("gemini/gemini-3.8-flash").wire().reasoningBoundTo())
                .as("not known")
                .isEmpty();

        assertThat(isRead("openai", "gpt-6.1-sol", "gpt-6.2-sol"))
                .as("an upgrade")
                .isTrue();
        assertThat(isRead("openai", "gpt-6.2-sol", "gpt-6.1-sol"))
                .as("a downgrade")
                .isFalse();
        assertThat(isRead("openai", "gpt-5.4-2026-03-05", "gpt-5.4"))
                .as("a snapshot")
                .isTrue();
        assertThat(isRead("anthropic", "claude-haiku-5-5", "claude-opus-5-5")).isTrue();
        assertThat(isRead("anthropic", "claude-opus-5-5", "claude-haiku-5-5")).isFalse();
    }

    private static boolean isRead(String adapter, String maker, String reader) {
        WireFacts facts = ModelCards.builtIn().find(adapter + "/" + reader).wire();
        ReasoningOrigin made = new ReasoningOrigin(adapter, maker, null, null);
        return made.mismatch(new ReasoningOrigin(adapter, reader, null, null), facts) == null;
    }
}
