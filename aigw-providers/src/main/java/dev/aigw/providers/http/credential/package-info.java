/**
 * Looks up credentials within the attempt's timeout: {@link dev.aigw.providers.http.credential.Lookup}. OAuth 2 access
 * tokens come from {@link dev.aigw.providers.oauth}. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.http.credential;

import org.jspecify.annotations.NullMarked;
