package dev.aigw.api.internal;

import org.jspecify.annotations.Nullable;

/**
 * Says that a credential was checked: only the part of the router that has done so makes one.
 *
 * @param source where the credential came from, or null
 */
public record CheckedCredential(@Nullable String source) {}
