/**
 * OAuth 2 access tokens as credentials. Entry point: {@link dev.aigw.providers.oauth.ClientCredentials}, which uses
 * {@code TokenRequest} (gets one token) and {@code TokenCache} (keeps it fresh).
 */
@NullMarked
package dev.aigw.providers.oauth;

import org.jspecify.annotations.NullMarked;
