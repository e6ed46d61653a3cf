/**
 * How what goes wrong becomes a {@link dev.aigw.api.GatewayException}: of which kind, about what, when to come back,
 * and without the secrets that vendors echo.
 *
 * <p>A vendor brings an {@link dev.aigw.providers.http.errors.ErrorReader}, which turns its error object into a
 * {@link dev.aigw.providers.http.errors.VendorError}; {@link dev.aigw.providers.http.errors.JsonErrors} reads the
 * common shapes. Reading order: these, {@link dev.aigw.providers.http.errors.HttpErrors} (the kind, from code, status
 * and words), {@link dev.aigw.providers.http.errors.Subjects} (whom it concerns: the request, the model or the
 * credential), {@link dev.aigw.providers.http.errors.ResetHeaders} (when to come back, and what is left of a rate
 * limit), {@link dev.aigw.providers.http.errors.Secrets}. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.http.errors;

import org.jspecify.annotations.NullMarked;
