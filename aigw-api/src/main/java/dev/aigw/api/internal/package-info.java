/** What the packages of the api share and applications do not see: this package is not exported. */
@NullMarked
package dev.aigw.api.internal;

import org.jspecify.annotations.NullMarked;
