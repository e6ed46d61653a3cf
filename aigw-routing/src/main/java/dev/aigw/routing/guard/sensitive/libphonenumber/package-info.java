/**
 * Finds telephone numbers with Google's libphonenumber. Add {@code com.googlecode.libphonenumber:libphonenumber} to use
 * it; nothing else needs it.
 *
 * <p>Entry point: {@link dev.aigw.routing.guard.sensitive.libphonenumber.LibPhoneNumbers}.
 */
@NullMarked
package dev.aigw.routing.guard.sensitive.libphonenumber;

import org.jspecify.annotations.NullMarked;
