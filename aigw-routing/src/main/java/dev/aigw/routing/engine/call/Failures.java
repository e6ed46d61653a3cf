package dev.aigw.routing.engine.call;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Turns whatever an adapter or stage throws into the one exception of aigw. */
final class Failures {

    private Failures() {}

    static GatewayException of(RuntimeException thrown) {
        if (thrown instanceof GatewayException failure) {
            return failure;
        }
        if (thrown instanceof UncheckedIOException io) {
            IOException cause = io.getCause();
            return GatewayException.builder(ErrorKind.CONNECTION, "the connection failed: " + cause)
                    .cause(thrown)
                    .build();
        }
        if (thrown instanceof UnsupportedOperationException) {
            return GatewayException.builder(ErrorKind.UNSUPPORTED, "the adapter cannot do this: " + thrown.getMessage())
                    .cause(thrown)
                    .build();
        }
        return GatewayException.builder(
                        ErrorKind.SERVER_ERROR,
                        "the adapter threw " + thrown.getClass().getName()
                                + "; throw a GatewayException to say which kind of failure it is")
                .cause(thrown)
                .build();
    }

    static GatewayException ofBug(Throwable error) {
        return GatewayException.builder(
                        ErrorKind.SERVER_ERROR,
                        "the call died of " + error.getClass().getName())
                .cause(error)
                .build();
    }
}
