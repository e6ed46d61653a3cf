/**
 * Turns failures into {@link dev.aigw.api.GatewayException}s: their kind, their subject, how long to wait, and without
 * the secrets that vendors echo.
 *
 * <p>A vendor's package has an {@link dev.aigw.providers.http.errors.ErrorReader}, which turns its error object into a
 * {@link dev.aigw.providers.http.errors.VendorError}; {@link dev.aigw.providers.http.errors.JsonErrors} reads the
 * shapes of all others, since proxies send them. Reading order: these,
 * {@link dev.aigw.providers.http.errors.ErrorCodes} (codes that mean one thing everywhere),
 * {@link dev.aigw.providers.http.errors.HttpErrors} (the kind, from code, status and words; {@code FailureWords} knows
 * the words), {@link dev.aigw.providers.http.errors.Address} (a URL where nothing listens),
 * {@link dev.aigw.providers.http.errors.Subjects} (the subject: the request, the model or the credential),
 * {@link dev.aigw.providers.http.errors.ResetHeaders} (how long to wait, and what is left of a rate limit),
 * {@link dev.aigw.providers.http.errors.Secrets}. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.http.errors;

import org.jspecify.annotations.NullMarked;
