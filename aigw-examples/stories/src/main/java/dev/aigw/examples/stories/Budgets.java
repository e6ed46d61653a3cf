package dev.aigw.examples.stories;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.LimitReached;
import dev.aigw.routing.limit.LimitUsage;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.metering.Meters;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/**
 * Three tenants with quotas. One pays and has a budget for the month: when the expensive model no longer fits it, the
 * cheap one answers, until that does not fit either. Two are on the free tier and have a few requests per hour. At the
 * end, the ledger shows what each tenant used, and the limits what is left.
 */
public final class Budgets {

    private static final Caller ACME =
            Caller.builder().tenant("acme").tier("paid").build();
    private static final Caller BIRCH =
            Caller.builder().tenant("birch").tier("free").build();
    private static final Caller CEDAR =
            Caller.builder().tenant("cedar").tier("free").build();

    private Budgets() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        Limits limits = Limits.builder()
                .limit(
                        "free-requests",
                        limit -> limit.requests(3)
                                .per(Window.rolling(Duration.ofHours(1)))
                                .by(Dimension.TENANT)
                                .where(Dimension.TIER, "free"))
                .limit(
                        "budget",
                        limit -> limit.cost(Cost.usd(new BigDecimal("0.010")))
                                .per(Window.calendar(Window.Unit.MONTH))
                                .by(Dimension.TENANT)
                                .warnAt(0.8))
                .build();
        TokenMeter meter = Meters.builder().tag("feature").build();
        FakeProvider vendor = FakeProvider.builder("vendor")
                .reply("An answer of twelve words that says what there is to say.")
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(vendor)
                .model(
                        "assistant",
                        model -> model.deployment(
                                        "vendor/large",
                                        deployment -> deployment.price(Price.usdPerMillion("20", "100")))
                                .fallback("assistant-small"))
                .model(
                        "assistant-small",
                        model -> model.deployment(
                                "vendor/small", deployment -> deployment.price(Price.usdPerMillion("1", "5"))))
                .limits(limits)
                .meter(meter)
                .build()) {
            Table calls = new Table(">call", "tenant", "outcome");
            int number = 0;
            for (Caller caller : List.of(ACME, BIRCH, ACME, BIRCH, CEDAR, ACME, BIRCH, BIRCH, ACME, ACME, ACME)) {
                calls.row(++number, caller, outcome(router, caller));
            }
            calls.print(out);
            out.println();
            ledger(meter).print(out);
            out.println();
            standing(limits).print(out);
        }
    }

    private static String outcome(ModelRouter router, Caller caller) {
        ChatRequest request = ChatRequest.builder("assistant")
                .user("What is there to say?")
                .maxOutputTokens(50)
                .build();
        CallOptions options =
                CallOptions.builder().caller(caller).tag("feature", "chat").build();
        try {
            ChatResponse reply = router.chat(request, options);
            String warned = reply.route().warnings().isEmpty() ? "" : ", warned";
            return reply.route().model() + " answered" + warned;
        } catch (GatewayException e) {
            LimitReached reached = LimitReached.of(e);
            return "refused: " + (reached == null ? e.getMessage() : reached.limit());
        }
    }

    private static Table ledger(TokenMeter meter) {
        Table table = new Table("tenant", ">attempts", ">tokens", ">cost");
        meter.ledger()
                .byCaller()
                .forEach((caller, sum) ->
                        table.row(caller, sum.attempts(), sum.usage().totalTokens(), sum.cost()));
        return table;
    }

    private static Table standing(Limits limits) {
        Table table = new Table("limit", "of", ">used", ">of at most");
        for (LimitUsage usage : limits.usage()) {
            table.row(
                    usage.limit(),
                    String.valueOf(usage.key().get("tenant")),
                    usage.used().stripTrailingZeros().toPlainString(),
                    usage.maximum().stripTrailingZeros().toPlainString());
        }
        return table;
    }
}
