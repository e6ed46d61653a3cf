package dev.aigw.providers.fake.assertj;

import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.fake.SeenRequest;
import java.util.List;
import org.assertj.core.api.AbstractAssert;

/** Assertions about what a {@link FaultServer} was asked. Not safe for use by several threads. */
public final class FaultServerAssert extends AbstractAssert<FaultServerAssert, FaultServer> {

    FaultServerAssert(FaultServer actual) {
        super(actual, FaultServerAssert.class);
    }

    /** Verifies the number of requests that arrived. */
    public FaultServerAssert wasAsked(int times) {
        isNotNull();
        int found = actual.requests().size();
        if (found != times) {
            failWithActualExpectedAndMessage(
                    found,
                    times,
                    "Expecting the server to be asked %s, but it was asked %s:%s",
                    Requests.times(times),
                    Requests.times(found),
                    listed());
        }
        return this;
    }

    /** Verifies that no request arrived. */
    public FaultServerAssert wasNotAsked() {
        return wasAsked(0);
    }

    /** Verifies the number of requests for this model. */
    public FaultServerAssert wasAskedFor(String model, int times) {
        isNotNull();
        int found = (int) actual.requests().stream()
                .filter(request -> request.model().equals(model))
                .count();
        if (found != times) {
            failWithActualExpectedAndMessage(
                    found,
                    times,
                    "Expecting the server to be asked %s for %s, but it was asked %s for it, and in all:%s",
                    Requests.times(times),
                    model,
                    Requests.times(found),
                    listed());
        }
        return this;
    }

    /** Verifies the text of the last message of the last request. */
    public FaultServerAssert wasLastAsked(String text) {
        isNotNull();
        List<SeenRequest> requests = actual.requests();
        String last =
                requests.isEmpty() ? "" : requests.get(requests.size() - 1).text();
        if (requests.isEmpty() || !last.equals(text)) {
            failWithActualExpectedAndMessage(
                    last, text, "Expecting the server to be asked %s last, but it was asked:%s", text, listed());
        }
        return this;
    }

    /** Verifies that all connections are closed. */
    public FaultServerAssert hasNoOpenConnections() {
        isNotNull();
        if (actual.openConnections() != 0) {
            failWithMessage(
                    "Expecting no open connection, but there are %s; the server was asked:%s",
                    actual.openConnections(), listed());
        }
        return this;
    }

    private String listed() {
        return Requests.listed(actual.requests().stream()
                .map(request -> request.path() + " of " + request.model() + ": " + Requests.quoted(request.text())
                        + (request.fault().isEmpty() ? "" : ", " + request.fault()))
                .toList());
    }
}
