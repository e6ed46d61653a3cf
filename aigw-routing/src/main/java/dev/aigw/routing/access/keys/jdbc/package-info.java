/** API keys in a database. {@link dev.aigw.routing.access.keys.jdbc.JdbcKeyStore} is the entry point. */
@NullMarked
package dev.aigw.routing.access.keys.jdbc;

import org.jspecify.annotations.NullMarked;
