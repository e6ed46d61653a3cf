/** Shared by the packages and modules of aigw, not exported to applications. */
@NullMarked
package dev.aigw.api.internal;

import org.jspecify.annotations.NullMarked;
