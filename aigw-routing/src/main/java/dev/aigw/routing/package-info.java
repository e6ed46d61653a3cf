/**
 * The router: what an application builds once and calls models through.
 *
 * <p>Entry point: {@link dev.aigw.routing.ModelRouter}. Each capability is one package below this one with one public
 * entry point. {@link dev.aigw.routing.RouterSnapshot} shows what has happened, {@link dev.aigw.routing.RoutePlan} what
 * would happen.
 */
@NullMarked
package dev.aigw.routing;

import org.jspecify.annotations.NullMarked;
