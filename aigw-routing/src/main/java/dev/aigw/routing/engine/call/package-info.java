/**
 * How a call runs: the chain of stages, the call with its log, deadline and facts, its attempts, and the scopes that
 * release what was opened in them, exactly once. Not exported.
 *
 * <p>Entry point: {@link dev.aigw.routing.engine.call.Pipeline}. Read it, then
 * {@link dev.aigw.routing.engine.call.Call} and {@link dev.aigw.routing.engine.call.Attempt}. What a package of the
 * router's own joins it by is an {@link dev.aigw.routing.engine.call.EngineFeature} with
 * {@link dev.aigw.routing.engine.call.EngineStage}s, which see the {@link dev.aigw.routing.engine.call.Hop}.
 */
@NullMarked
package dev.aigw.routing.engine.call;

import org.jspecify.annotations.NullMarked;
