package dev.aigw.providers.fake;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import org.jspecify.annotations.Nullable;

/**
 * One attempt that reached a {@link FakeProvider}.
 *
 * @param model the upstream model it was for
 * @param operation the operation
 * @param request the request as it arrived
 * @param deployment the id of the deployment
 * @param credentialId the {@link dev.aigw.api.Credential#id()} of the deployment's own credential, or null
 * @param number which attempt of its call it was, from 1
 */
public record SeenAttempt(
        String model,
        Operation<?, ?> operation,
        ModelRequest request,
        String deployment,
        @Nullable String credentialId,
        int number) {}
