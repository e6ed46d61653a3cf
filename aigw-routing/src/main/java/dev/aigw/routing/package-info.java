/**
 * The router: what an application builds once and calls models through.
 *
 * <p>Door: {@link dev.aigw.routing.ModelRouter}. Each capability is one package below this one with one public door;
 * what happened and what would happen is told by {@link dev.aigw.routing.RouterSnapshot} and
 * {@link dev.aigw.routing.RoutePlan}.
 */
@NullMarked
package dev.aigw.routing;

import org.jspecify.annotations.NullMarked;
