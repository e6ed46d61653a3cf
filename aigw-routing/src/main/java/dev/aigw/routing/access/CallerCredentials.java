package dev.aigw.routing.access;

import dev.aigw.api.Caller;
import dev.aigw.api.Credential;
import org.jspecify.annotations.Nullable;

/**
 * The callers' own credentials for providers ("bring your own key").
 *
 * <pre>{@code
 * CallerCredentials own = (caller, provider) -> vault.has(caller.tenant(), provider)
 *     ? Credential.of(caller.tenant() + "/" + provider, () -> vault.read(caller.tenant(), provider))
 *     : null;
 * Access access = Access.builder().credentials(own) // …
 * }</pre>
 *
 * <p>A credential serves the calls of the caller it was given for and no others. Its cooldowns, breakers, rate limits,
 * statistics and prompt caches are its own, its answers are cached and joined with no others, and its reasoning is
 * bound to its account. In routes and events its deployments end in {@code ~own}. Shadows use the application's
 * credentials, and the concurrency limits and health checks of deployments are about the application's.
 *
 * <p>It is asked for every call, and must return quickly: keep what is slow to get, or give a {@link Credential} with a
 * supplier. Credentials are told apart by their {@link Credential#id() id}, so give each supplier's its tenant in its
 * id. Safe for use by many threads.
 */
@FunctionalInterface
public interface CallerCredentials {

    /**
     * Returns the caller's credential.
     *
     * @param provider the name of the adapter
     * @return the credential; null if the caller brings none for this provider
     */
    @Nullable
    Credential credential(Caller caller, String provider);

    /**
     * Returns whether this caller, who brings no credential for the provider, is served with the application's; true by
     * default. Otherwise the provider's deployments don't exist for the caller.
     */
    default boolean mayUseApplications(Caller caller, String provider) {
        return true;
    }
}
