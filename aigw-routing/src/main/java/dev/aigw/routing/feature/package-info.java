/**
 * What custom parts need to join a router.
 *
 * <p>Entry point: {@link dev.aigw.routing.feature.Feature}, which installs stages and listeners by an
 * {@link dev.aigw.routing.feature.Installer}. {@link dev.aigw.routing.feature.Environment} is time, randomness and
 * threads, which a test replaces; {@link dev.aigw.routing.feature.Cooldowns} lets a feature share cooldowns.
 */
@NullMarked
package dev.aigw.routing.feature;

import org.jspecify.annotations.NullMarked;
