package dev.aigw.routing.engine.call;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Converts exceptions of adapters and stages to {@link GatewayException}, and says which part has the bug. */
final class Failures {

    private Failures() {}

    /** Converts an adapter's exception. */
    static GatewayException ofAdapter(String provider, RuntimeException thrown) {
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
                        "the adapter \"" + provider + "\" threw "
                                + thrown.getClass().getName()
                                + "; throw a GatewayException to say which kind of failure it is")
                .cause(thrown)
                .build();
    }

    /** Converts an exception of a stage to a bug of that stage; a {@link GatewayException} is returned unchanged. */
    static GatewayException ofStage(String stage, Phase phase, RuntimeException thrown) {
        return thrown instanceof GatewayException failure
                ? failure
                : GatewayException.builder(
                                ErrorKind.INTERNAL,
                                "this is a bug in the stage " + stage + " of phase " + phase + ": it threw " + thrown)
                        .cause(thrown)
                        .build();
    }

    /** Converts an exception of the router to a bug of the router; a {@link GatewayException} is returned unchanged. */
    static GatewayException ofRouter(RuntimeException thrown) {
        return thrown instanceof GatewayException failure
                ? failure
                : GatewayException.builder(ErrorKind.INTERNAL, "this is a bug in the router: " + thrown)
                        .cause(thrown)
                        .build();
    }

    static GatewayException ofError(Error error) {
        return GatewayException.builder(
                        ErrorKind.INTERNAL,
                        "the call ended with " + error.getClass().getName())
                .cause(error)
                .build();
    }
}
