package dev.aigw.providers.http;

import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.errors.Address;
import dev.aigw.providers.http.errors.ErrorReader;
import dev.aigw.providers.http.errors.HttpErrors;
import dev.aigw.providers.http.errors.Secrets;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The exceptions of a call. */
final class CallErrors extends HttpErrors {

    private final HttpCall call;
    private final @Nullable String usualBaseUrl;

    CallErrors(
            String provider,
            AttemptContext attempt,
            HttpCall call,
            @Nullable String usualBaseUrl,
            ErrorReader reader,
            Clock clock) {
        super(provider, attempt, reader, clock);
        this.call = call;
        this.usualBaseUrl = usualBaseUrl;
    }

    @Override
    protected Secrets secrets() {
        return call.secrets();
    }

    @Override
    protected Address address() {
        return new Address(call.method, call.url, usualBaseUrl);
    }
}
