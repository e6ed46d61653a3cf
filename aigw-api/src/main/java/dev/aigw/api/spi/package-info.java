/**
 * The contracts that you can implement. Entry points: {@link dev.aigw.api.spi.ProviderAdapter} (speaks to one vendor),
 * {@link dev.aigw.api.spi.Stage} (wraps calls), {@link dev.aigw.api.spi.RouterListener} (watches them),
 * {@link dev.aigw.api.spi.RoutingStrategy} (chooses deployments).
 */
@NullMarked
package dev.aigw.api.spi;

import org.jspecify.annotations.NullMarked;
