package dev.aigw.providers.fake.assertj;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.providers.fake.FaultServer;

/**
 * Assertions about what a fake was asked and what it cost.
 *
 * <pre>{@code
 * import static dev.aigw.providers.fake.assertj.FakeAssertions.assertThat;
 *
 * assertThat(fake).wasAsked(2).wasAskedOnlyFor("big", "small").hasNoOpenStreams();
 * assertThat(fake).lastChat().hasUserText("Hello").offersTools("weather");
 * assertThat(meter.ledger()).costsLessThan("0.01");
 * }</pre>
 *
 * <p>Can be imported beside AssertJ's own {@code Assertions.assertThat}. Each assertion reads what has happened until
 * then; it waits for nothing.
 */
public final class FakeAssertions {

    private FakeAssertions() {}

    /** Starts assertions about what a provider was asked. */
    public static FakeProviderAssert assertThat(FakeProvider actual) {
        return new FakeProviderAssert(actual);
    }

    /** Starts assertions about what a server was asked. */
    public static FaultServerAssert assertThat(FaultServer actual) {
        return new FaultServerAssert(actual);
    }

    /** Starts assertions about the content of a request. */
    public static ChatRequestAssert assertThat(ChatRequest actual) {
        return new ChatRequestAssert(actual);
    }

    /** Starts assertions about tokens and costs. */
    public static UsageLedgerAssert assertThat(UsageLedger actual) {
        return new UsageLedgerAssert(actual);
    }
}
