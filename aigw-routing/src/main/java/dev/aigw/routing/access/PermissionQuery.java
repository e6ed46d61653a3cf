package dev.aigw.routing.access;

import dev.aigw.api.Caller;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;

/**
 * A question to a rule's predicate: may this caller send this request to this model? Immutable.
 *
 * @param caller the caller
 * @param model the resolved name of the model: no alias; {@code adapter/upstream-model} if it was asked for directly
 * @param operation the operation
 * @param request the request as it would be sent
 */
public record PermissionQuery(Caller caller, String model, Operation<?, ?> operation, ModelRequest request) {}
