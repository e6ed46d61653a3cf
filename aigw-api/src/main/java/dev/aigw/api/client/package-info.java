/**
 * The application's side. Entry point: {@link dev.aigw.api.client.ModelClient}, which turns one blocking call into the
 * synchronous, asynchronous and reactive methods of every operation.
 */
@NullMarked
package dev.aigw.api.client;

import org.jspecify.annotations.NullMarked;
