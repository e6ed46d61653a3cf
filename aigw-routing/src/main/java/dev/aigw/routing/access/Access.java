package dev.aigw.routing.access;

import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.CheckedCredential;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.Phase;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller;
import dev.aigw.routing.engine.call.EngineInstaller.Reach;
import dev.aigw.routing.engine.call.Listeners;
import dev.aigw.routing.engine.pool.OwnDeployments;
import dev.aigw.routing.feature.Feature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets callers in and holds them to their rights.
 *
 * <pre>{@code
 * Access access = Access.builder()
 *     .authenticator(keys)
 *     .permissions(Permissions.builder()
 *         .allow("staff", rule -> rule.role("staff").model("*"))
 *         .allow("free", rule -> rule.tier("free").model("assistant-small").maxOutputTokens(1_000))
 *         .build())
 *     .audit(auditLog)
 *     .build();
 * ModelRouter router = ModelRouter.builder().access(access) // …
 *
 * Caller caller = access.authenticate(PresentedCredential.authorization(header).from(address));
 * String answer = router.as(caller).chat("assistant-small", question).text();
 * }</pre>
 *
 * <p>Without {@link Builder#permissions permissions}, an authenticated caller may ask for every declared model and for
 * no {@code adapter/upstream-model}, and callers that the application builds itself are not restricted. With them,
 * everything is denied that no rule allows.
 *
 * <p>Safe for use by many threads; one instance may serve several routers. It closes nothing that was given to it.
 */
public final class Access {

    private static final Logger log = LoggerFactory.getLogger(Access.class);

    private final List<Authenticator> authenticators;
    private final RejectedCredentials rejected;
    private final CallerPermits permits;
    private final Listeners<AuditListener> audit;
    private final InstantSource clock;
    private final @Nullable CallerCredentials credentials;

    private Access(Builder builder) {
        this.authenticators = List.copyOf(builder.authenticators);
        this.rejected = new RejectedCredentials(builder.rejectionMemory);
        this.permits = new CallerPermits(builder.permissions, builder.trustsUnauthenticated);
        this.audit = new Listeners<>(builder.audit, log, "audit listener");
        this.clock = builder.clock;
        this.credentials = builder.credentials;
    }

    /** Starts without authenticators and permissions. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the feature that enforces {@code access}. */
    public static Feature feature(Access access) {
        return EngineFeature.of(access::install);
    }

    private void install(EngineInstaller installer) {
        installer.permits(permits);
        if (credentials != null) {
            installer.callerModels(new OwnModels(credentials, new OwnDeployments(installer.deployments())));
        }
        installer.engineStage(
                Phase.PERMISSION, Reach.CALLERS_ONLY, new PermissionStage(PermissionStage.Place.REQUESTED));
        installer.engineStage(Phase.ROUTE, Reach.CALLERS_ONLY, new PermissionStage(PermissionStage.Place.CHOSEN));
        installer.engineStage(Phase.MODEL, Reach.ALL_CALLS, new PermissionStage(PermissionStage.Place.TRIED));
        if (!audit.isEmpty()) {
            AuditStage stage = new AuditStage(this::publish, installer.tokens(), installer.environment());
            installer.engineStage(Phase.OBSERVE, Reach.CALLERS_ONLY, stage);
            installer.onClose(stage::close);
        }
    }

    /**
     * Returns the caller whose credential this is: authenticators are asked in the order they were added, until one
     * accepts or rejects it. Only callers returned here are {@linkplain Caller#isAuthenticated() authenticated}. It
     * blocks as long as an authenticator does; one that has cached the key or token answers at once.
     *
     * @throws GatewayException of kind UNAUTHENTICATED if the credential is missing or not valid, or cannot be checked
     *     now; then {@code retryAfter} is set. The message is the same for all that is not valid: the audit log has the
     *     reason
     */
    public Caller authenticate(PresentedCredential credential) {
        AuthenticationResult result = check(credential);
        Caller caller = result.caller();
        if (caller != null) {
            Caller authenticated = caller.authenticated(new CheckedCredential(credential.source()));
            if (!audit.isEmpty()) {
                publish(AuditEvent.builder(AuditEvent.Type.AUTHENTICATED, clock.instant())
                        .caller(authenticated)
                        .source(credential.source())
                        .build());
            }
            return authenticated;
        }
        if (!audit.isEmpty()) {
            publish(AuditEvent.builder(AuditEvent.Type.REJECTED, clock.instant())
                    .key(result.key())
                    .source(credential.source())
                    .reason(result.reason())
                    .build());
        }
        Duration retryAfter = result.retryAfter();
        throw GatewayException.builder(
                        ErrorKind.UNAUTHENTICATED,
                        retryAfter == null
                                ? "the caller's credential is not valid"
                                : "the caller's credential cannot be checked now: try again later")
                .retryAfter(retryAfter)
                .build();
    }

    private AuthenticationResult check(PresentedCredential credential) {
        if (credential.isMissing()) {
            return AuthenticationResult.rejected("no credential was presented");
        }
        String secret = credential.secret();
        if (secret != null && secret.length() > PresentedCredential.MOST_CHARS) {
            return AuthenticationResult.rejected("the credential has " + secret.length() + " characters");
        }
        AuthenticationResult known = secret == null ? null : rejected.find(secret);
        if (known != null) {
            return known;
        }
        for (Authenticator authenticator : authenticators) {
            AuthenticationResult result = ask(authenticator, credential);
            if (result.kind() != AuthenticationResult.Kind.NOT_MINE) {
                return remembered(secret, result);
            }
        }
        return remembered(secret, AuthenticationResult.rejected("no authenticator knows credentials of this kind"));
    }

    private AuthenticationResult remembered(@Nullable String secret, AuthenticationResult result) {
        if (secret != null && result.kind() == AuthenticationResult.Kind.REJECTED) {
            rejected.add(secret, result);
        }
        return result;
    }

    private static AuthenticationResult ask(Authenticator authenticator, PresentedCredential credential) {
        try {
            AuthenticationResult result = authenticator.authenticate(credential);
            if (result != null) {
                return result;
            }
            log.error(
                    "the authenticator {} returned null: return notMine()",
                    authenticator.getClass().getName());
        } catch (RuntimeException e) {
            log.error("the authenticator {} failed", authenticator.getClass().getName(), e);
        }
        return AuthenticationResult.unavailable("the authenticator failed", Duration.ofSeconds(1));
    }

    /** Notifies the audit listeners. */
    private void publish(AuditEvent event) {
        audit.notify(listener -> listener.onEvent(event));
    }

    /** Replaces the permissions, for all routers at once: attempts that begin afterwards are held to them. */
    public void permissions(Permissions permissions) {
        permits.replace(Objects.requireNonNull(permissions, "permissions"));
    }

    @Override
    public String toString() {
        return "Access{authenticators=" + authenticators.size() + ", permissions=" + permits + "}";
    }

    /**
     * Builds {@link Access}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private static final Duration DEFAULT_REJECTION_MEMORY = Duration.ofSeconds(10);

        private final SetOnce once = new SetOnce();
        private final List<Authenticator> authenticators = new ArrayList<>();
        private final List<AuditListener> audit = new ArrayList<>();
        private @Nullable Permissions permissions;
        private @Nullable CallerCredentials credentials;
        private boolean trustsUnauthenticated;
        private Duration rejectionMemory = DEFAULT_REJECTION_MEMORY;
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /** Adds an authenticator, after those before. */
        public Builder authenticator(Authenticator authenticator) {
            authenticators.add(Objects.requireNonNull(authenticator, "authenticator"));
            return this;
        }

        /** Sets what callers may do. */
        public Builder permissions(Permissions permissions) {
            once.check(0, "permissions");
            this.permissions = Objects.requireNonNull(permissions, "permissions");
            return this;
        }

        /**
         * Holds callers that the application builds itself to the same rules as authenticated ones: it vouches for
         * them. By default rules allow authenticated callers only, unless they say {@link AllowRule#anyone() anyone}.
         */
        public Builder trustUnauthenticated() {
            once.check(1, "trustUnauthenticated");
            trustsUnauthenticated = true;
            return this;
        }

        /**
         * Sets for how long a credential that was rejected is rejected again without asking the authenticators; 10 s by
         * default, zero for not at all. At most 10,000 are remembered, by a keyed digest.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder rejectionMemory(Duration memory) {
            once.check(2, "rejectionMemory");
            if (memory.isNegative()) {
                throw new IllegalArgumentException("rejectionMemory is " + memory + ": use zero or more");
            }
            rejectionMemory = memory;
            return this;
        }

        /** Sets the callers' own credentials for providers; by default all calls use the application's. */
        public Builder credentials(CallerCredentials credentials) {
            once.check(4, "credentials");
            this.credentials = Objects.requireNonNull(credentials, "credentials");
            return this;
        }

        /** Adds a listener of what callers do and are refused. */
        public Builder audit(AuditListener listener) {
            audit.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Sets the clock of the audit events of credentials; the system's by default. Those of calls have the router's
         * time.
         */
        public Builder clock(InstantSource clock) {
            once.check(3, "clock");
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Returns the access.
         *
         * @throws IllegalArgumentException if there are neither authenticators, permissions nor credentials
         */
        public Access build() {
            if (authenticators.isEmpty() && permissions == null && credentials == null) {
                throw new IllegalArgumentException("the access has neither an authenticator, permissions nor"
                        + " credentials: add one, or leave it out");
            }
            return new Access(this);
        }
    }
}
