/**
 * Gets what a call is authenticated with, in time: {@link dev.aigw.providers.http.credential.Lookup}. Where access
 * tokens of OAuth 2 come from is {@link dev.aigw.providers.oauth}. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.http.credential;

import org.jspecify.annotations.NullMarked;
