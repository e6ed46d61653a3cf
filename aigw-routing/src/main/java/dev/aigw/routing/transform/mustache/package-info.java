/**
 * Prompts in Mustache, for those who add {@code com.samskivert:jmustache}. Entry point:
 * {@link dev.aigw.routing.transform.mustache.MustacheEngine}.
 */
@NullMarked
package dev.aigw.routing.transform.mustache;

import org.jspecify.annotations.NullMarked;
