/**
 * JSON rewritten by JSONata expressions, for those who add {@code com.dashjoin:jsonata}. Entry point:
 * {@link dev.aigw.routing.transform.jsonata.JsonataMapping}.
 */
@NullMarked
package dev.aigw.routing.transform.jsonata;

import org.jspecify.annotations.NullMarked;
