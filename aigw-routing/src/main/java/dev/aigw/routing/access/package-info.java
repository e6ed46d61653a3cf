/**
 * Who may call, and what: authenticators that turn a presented credential into a caller, permissions that every
 * request is held to before it is sent, and the audit of both. {@link dev.aigw.routing.access.Access} is the entry
 * point.
 */
@NullMarked
package dev.aigw.routing.access;

import org.jspecify.annotations.NullMarked;
