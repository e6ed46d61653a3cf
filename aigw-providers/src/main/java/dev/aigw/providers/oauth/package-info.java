/**
 * Access tokens of OAuth 2 as credentials. Door: {@link dev.aigw.providers.oauth.ClientCredentials}; behind it
 * {@code TokenRequest} (asks for one token) and {@code TokenCache} (keeps it fresh).
 */
@NullMarked
package dev.aigw.providers.oauth;

import org.jspecify.annotations.NullMarked;
