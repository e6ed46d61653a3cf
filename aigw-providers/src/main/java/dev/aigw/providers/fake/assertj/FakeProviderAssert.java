package dev.aigw.providers.fake.assertj;

import dev.aigw.api.Cost;
import dev.aigw.api.Price;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.providers.fake.SeenAttempt;
import java.math.BigDecimal;
import java.util.List;
import org.assertj.core.api.AbstractAssert;

/** Assertions about what a {@link FakeProvider} was asked. Not safe for use by several threads. */
public final class FakeProviderAssert extends AbstractAssert<FakeProviderAssert, FakeProvider> {

    FakeProviderAssert(FakeProvider actual) {
        super(actual, FakeProviderAssert.class);
    }

    /** Verifies the number of attempts that reached the provider, of all operations and models. */
    public FakeProviderAssert wasAsked(int times) {
        isNotNull();
        List<SeenAttempt> attempts = actual.attempts();
        if (attempts.size() != times) {
            failWithActualExpectedAndMessage(
                    attempts.size(),
                    times,
                    "Expecting %s to be asked %s, but it was asked %s:%s",
                    actual.name(),
                    Requests.times(times),
                    Requests.times(attempts.size()),
                    listed(attempts));
        }
        return this;
    }

    /** Verifies that no attempt reached the provider. */
    public FakeProviderAssert wasNotAsked() {
        return wasAsked(0);
    }

    /** Verifies the number of attempts for this upstream model. */
    public FakeProviderAssert wasAskedFor(String model, int times) {
        isNotNull();
        int found = actual.attempts(model).size();
        if (found != times) {
            failWithActualExpectedAndMessage(
                    found,
                    times,
                    "Expecting %s to be asked %s for %s, but it was asked %s for it, and in all:%s",
                    actual.name(),
                    Requests.times(times),
                    model,
                    Requests.times(found),
                    listed(actual.attempts()));
        }
        return this;
    }

    /** Verifies that there were attempts for each of these upstream models, and for no other. */
    public FakeProviderAssert wasAskedOnlyFor(String... models) {
        isNotNull();
        List<String> expected = List.of(models).stream().distinct().sorted().toList();
        List<String> found = actual.attempts().stream()
                .map(SeenAttempt::model)
                .distinct()
                .sorted()
                .toList();
        if (!found.equals(expected)) {
            failWithActualExpectedAndMessage(
                    found,
                    expected,
                    "Expecting %s to be asked for %s and nothing else, but it was asked:%s",
                    actual.name(),
                    expected,
                    listed(actual.attempts()));
        }
        return this;
    }

    /** Verifies that a chat reached the provider, and starts assertions about the last one. */
    public ChatRequestAssert lastChat() {
        isNotNull();
        List<ChatRequest> chats = actual.attempts().stream()
                .filter(seen -> seen.request() instanceof ChatRequest)
                .map(seen -> (ChatRequest) seen.request())
                .toList();
        if (chats.isEmpty()) {
            failWithMessage(
                    "Expecting %s to be asked for a chat, but it was asked:%s",
                    actual.name(), listed(actual.attempts()));
        }
        return new ChatRequestAssert(chats.get(chats.size() - 1));
    }

    /** Verifies that every stream was closed or read to its end. */
    public FakeProviderAssert hasNoOpenStreams() {
        isNotNull();
        if (actual.openStreams() != 0) {
            failWithMessage(
                    "Expecting all streams of %s to be closed, but %s still open: close each with"
                            + " try-with-resources. It was asked:%s",
                    actual.name(),
                    actual.openStreams() == 1 ? "1 is" : actual.openStreams() + " are",
                    listed(actual.attempts()));
        }
        return this;
    }

    /** Verifies that the provider's replies have at most so many tokens together, prompts included. */
    public FakeProviderAssert servedAtMost(long tokens) {
        isNotNull();
        long served = actual.servedTokens().totalTokens();
        if (served > tokens) {
            failWithMessage(
                    "Expecting %s to serve at most %s tokens, but it served %s:%s",
                    actual.name(), tokens, served, listed(actual.attempts()));
        }
        return this;
    }

    /**
     * Verifies that the provider's replies cost less than an amount.
     *
     * @param price of all its models
     * @param amount in the price's currency, such as {@code "0.01"}
     */
    public FakeProviderAssert costsLessThan(Price price, String amount) {
        isNotNull();
        Cost cost = actual.attempts().isEmpty() ? Cost.ZERO : price.cost(actual.servedTokens());
        BigDecimal known = cost.amount();
        if (known == null || known.compareTo(new BigDecimal(amount)) >= 0) {
            failWithMessage(
                    "Expecting %s to cost less than %s, but the cost is %s%s, for %s:%s",
                    actual.name(),
                    amount,
                    cost,
                    actual.servedTokens().isEmpty() ? " (give its replies a usage)" : "",
                    actual.servedTokens(),
                    listed(actual.attempts()));
        }
        return this;
    }

    private static String listed(List<SeenAttempt> attempts) {
        return Requests.listed(attempts.stream().map(FakeProviderAssert::shown).toList());
    }

    private static String shown(SeenAttempt seen) {
        String line = seen.operation() + " of " + seen.model();
        if (seen.number() > 1) {
            line += ", attempt " + seen.number();
        }
        if (seen.request() instanceof ChatRequest chat) {
            List<String> tools = chat.tools().stream().map(ToolSpec::name).toList();
            line += ": " + Requests.quoted(chat.lastUserText()) + (tools.isEmpty() ? "" : " with tools " + tools);
        }
        return line;
    }
}
