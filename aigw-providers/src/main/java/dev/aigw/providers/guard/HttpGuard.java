package dev.aigw.providers.guard;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.Timeouts;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.StreamChecking;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.Urls;
import dev.aigw.providers.http.errors.JsonErrors;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.HttpOptions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks a service over HTTP whether content is harmless: Presidio, Azure AI Content Safety, Bedrock Guardrails, Model
 * Armor, Lakera, or one of your own. What it is sent and what its answer means is data, an {@link HttpGuardMapping}.
 *
 * <pre>{@code
 * Guard presidio = HttpGuard.builder(HttpGuardMapping.presidio())
 *     .baseUrl("http://localhost:5002")
 *     .threshold("PERSON", 0.8)
 *     .action("CREDIT_CARD", GuardAction.BLOCK)
 *     .build();
 * }</pre>
 *
 * <p>It checks texts; images, audio and tensors it leaves to other guards. An answer other than 2xx, none in time, one
 * that is not JSON, or of a shape that the mapping does not expect is a {@link GatewayException}, and the router then
 * rejects the call unless it was told otherwise. Exceptions name the service, the status and the place in the answer,
 * and hold no content: neither the text that was checked nor the service's words about it.
 *
 * <p>Redirects are not followed. Safe for use by many threads. Close it when done; a supplied client stays open.
 */
public final class HttpGuard implements Guard, AutoCloseable {

    private static final Pattern NAME = Pattern.compile("\\{([A-Za-z]+)\\}");
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private final HttpEndpoint endpoint;
    private final HttpGuardMapping mapping;
    private final Map<String, ?> settings;
    private final GuardPolicy policy;
    private final ReplyReader reader;
    private final Duration timeout;
    private final int maxRequests;
    private final StreamChecking streaming;
    private final Set<ContentOrigin> origins;

    private HttpGuard(Builder builder, HttpEndpoint endpoint, Map<String, ?> settings) {
        this.endpoint = endpoint;
        this.mapping = builder.mapping;
        this.settings = settings;
        Map<String, Double> thresholds = new LinkedHashMap<>(mapping.thresholds());
        thresholds.putAll(builder.thresholds);
        this.policy = new GuardPolicy(
                Map.copyOf(builder.actions), mapping.actions(), Map.copyOf(thresholds), mapping.replacement());
        this.reader = new ReplyReader(endpoint.name(), mapping, policy);
        this.timeout = builder.timeout;
        this.maxRequests = builder.maxRequests;
        this.streaming = builder.step == 0 ? StreamChecking.whole() : StreamChecking.steps(builder.step);
        this.origins = EnumSet.noneOf(ContentOrigin.class);
        mapping.groups().forEach(group -> origins.addAll(group.origins()));
    }

    /** Starts a guard that is named as the mapping is. */
    public static Builder builder(HttpGuardMapping mapping) {
        return new Builder(mapping);
    }

    @Override
    public String name() {
        return endpoint.name();
    }

    /** Returns {@link Guard.Effort#REMOTE}. */
    @Override
    public Effort effort() {
        return Effort.REMOTE;
    }

    /** Returns the origins that the mapping's groups of texts name. */
    @Override
    public Set<ContentOrigin> origins() {
        return EnumSet.copyOf(origins);
    }

    @Override
    public StreamChecking streaming() {
        return streaming;
    }

    /**
     * {@inheritDoc}
     *
     * @throws GatewayException if there is no answer in time, or it is not one that the mapping expects; of kind
     *     {@link ErrorKind#UNSUPPORTED} if the service does not check replies; of kind
     *     {@link ErrorKind#PAYLOAD_TOO_LARGE} if the texts need more requests than allowed
     */
    @Override
    public GuardVerdict check(Inspection inspection) {
        HttpGuardMapping.Call call = mapping.call(inspection.direction());
        if (call == null) {
            throw failure(
                    ErrorKind.UNSUPPORTED,
                    "the service checks requests only: add this guard by input(...), not by output(...)");
        }
        List<GuardRequest> requests = GuardRequest.of(mapping.groups(), inspection.parts());
        if (requests.size() > maxRequests) {
            throw failure(
                    ErrorKind.PAYLOAD_TOO_LARGE,
                    "the texts need " + requests.size() + " requests: raise maxRequests(" + maxRequests
                            + "), or check fewer origins");
        }
        Findings findings = new Findings(policy);
        AttemptContext attempt = attempt(inspection.timeout());
        for (GuardRequest request : requests) {
            send(call, request, attempt, findings);
            if (findings.isBlocked()) {
                break;
            }
        }
        return findings.verdict();
    }

    private void send(HttpGuardMapping.Call call, GuardRequest request, AttemptContext attempt, Findings findings) {
        RequestBody body = new RequestBody(call.body(), mapping.groups().get(0).name(), mapping.roles(), settings);
        Object filled = body.fill(request);
        try {
            HttpCall http = endpoint.call("POST", path(call.path(), settings), attempt)
                    .body(out -> {
                        try (var json = Json.generator(out)) {
                            Json.write(json, filled);
                        }
                    });
            reader.read(endpoint.transport().send(http, attempt).json(), request, findings);
        } catch (GatewayException e) {
            throw withoutContent(e);
        }
    }

    private AttemptContext attempt(Duration given) {
        Duration total = given.compareTo(timeout) < 0 ? given : timeout;
        return AttemptContext.builder(mapping.name())
                .deployment(name())
                .timeouts(Timeouts.total(total))
                .build();
    }

    /** Returns a failure without the service's words, which may repeat what was checked. */
    private GatewayException withoutContent(GatewayException e) {
        if (e.kind() == ErrorKind.DEADLINE) {
            return failure(ErrorKind.TIMEOUT, "the service did not answer in time");
        }
        if (e.status() == 0) {
            return e;
        }
        String code = e.vendorCode();
        boolean isCode = code != null && CODE.matcher(code).matches();
        String status = e.status() < 300
                ? "the service's answer could not be read"
                : "the service answered " + e.status() + (isCode ? " " + code : "");
        return GatewayException.builder(e.kind(), name() + ": " + status)
                .provider(name())
                .status(e.status())
                .vendorCode(isCode ? code : null)
                .requestId(e.requestId())
                .retryAfter(e.retryAfter())
                .build();
    }

    private GatewayException failure(ErrorKind kind, String message) {
        return GatewayException.builder(kind, name() + ": " + message)
                .provider(name())
                .build();
    }

    private static String path(String template, Map<String, ?> settings) {
        return NAME.matcher(template)
                .replaceAll(found -> Urls.segment(String.valueOf(settings.get(found.group(1))))
                        .replace("$", "\\$"));
    }

    @Override
    public void close() {
        endpoint.close();
    }

    /** Returns name and base URL. */
    @Override
    public String toString() {
        return "HttpGuard{" + endpoint + "}";
    }

    /**
     * Builds an {@link HttpGuard}. Setting the same property, setting, threshold or action twice throws
     * {@link IllegalStateException}. Not safe for use by several threads.
     */
    public static final class Builder extends HttpOptions<Builder> {

        private static final long MAX_BODY_BYTES = 4 * 1024 * 1024;
        private static final Pattern HOST_PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*");

        private final HttpGuardMapping mapping;
        private final Map<String, Object> settings = new LinkedHashMap<>();
        private final Map<String, Double> thresholds = new LinkedHashMap<>();
        private final Map<String, GuardAction> actions = new LinkedHashMap<>();
        private Duration timeout = Duration.ofSeconds(5);
        private int maxRequests = 16;
        private int step;

        private Builder(HttpGuardMapping mapping) {
            super(mapping.name());
            this.mapping = mapping;
            http().maxBodyBytes(MAX_BODY_BYTES);
            http().credentialHeader(mapping.credentialHeader(), mapping.credentialPrefix());
        }

        /**
         * Sets the API key, as the {@link #credential}. It is sent as the mapping says.
         *
         * @throws IllegalArgumentException if it is null or blank; the message names the fix
         * @throws IllegalStateException if a credential is set already, in any form
         */
        public Builder apiKey(@Nullable String apiKey) {
            return credential(Credential.of(apiKey == null ? "" : apiKey));
        }

        /** Sets the address of the service; the mapping says its default, if there is one. */
        @Override
        public Builder baseUrl(String baseUrl) {
            return super.baseUrl(baseUrl);
        }

        /** Sets the maximum size of an answer; 4 MiB by default. A larger one is a failure. */
        @Override
        public Builder maxBodyBytes(long maxBodyBytes) {
            return super.maxBodyBytes(maxBodyBytes);
        }

        /**
         * Sets what the mapping leaves to the application, such as Presidio's {@code language}.
         *
         * @param value a string, number, boolean, or list of these
         * @throws IllegalArgumentException if the mapping has no setting of this name
         */
        public Builder setting(String name, Object value) {
            if (!mapping.settings().containsKey(name)) {
                throw new IllegalArgumentException("the mapping " + mapping.name() + " has no setting " + name
                        + ": it has " + String.join(", ", mapping.settings().keySet()));
            }
            once("the setting " + name);
            settings.put(name, Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Sets from which score on findings of a rule count, in the service's own scale; the mapping says the default.
         *
         * @param rule the service's name of what it finds, or a beginning of names with {@code *} behind it
         * @throws IllegalArgumentException if it is negative or no number
         */
        public Builder threshold(String rule, double threshold) {
            if (!(threshold >= 0)) {
                throw new IllegalArgumentException("threshold(\"" + rule + "\", " + threshold + "): it is 0 or more");
            }
            once("the threshold of " + rule);
            thresholds.put(rule, threshold);
            return this;
        }

        /**
         * Sets what is done about findings of a rule; the mapping says the default. {@link GuardAction#REDACT} of a
         * finding without a place in the text blocks.
         *
         * @param rule the service's name of what it finds, or a beginning of names with {@code *} behind it
         */
        public Builder action(String rule, GuardAction action) {
            once("the action of " + rule);
            actions.put(rule, Objects.requireNonNull(action, "action"));
            return this;
        }

        /**
         * Sets how long one check may take, all its requests together; 5 s by default. The timeout that the router has
         * set for its guards also counts.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder timeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("timeout(" + timeout + "): it is longer than 0");
            }
            once("timeout");
            this.timeout = timeout;
            return this;
        }

        /**
         * Sets how many requests one check may need, when its texts are longer than the service takes at once; 16 by
         * default. A check that needs more is a failure of kind {@link ErrorKind#PAYLOAD_TOO_LARGE}.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxRequests(int maxRequests) {
            if (maxRequests < 1) {
                throw new IllegalArgumentException("maxRequests(" + maxRequests + "): it is 1 or more");
            }
            once("maxRequests");
            this.maxRequests = maxRequests;
            return this;
        }

        /**
         * Checks streamed replies each time so many characters more have arrived, the whole text so far. By default the
         * caller gets a streamed reply when it is complete and checked.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder streamStep(int characters) {
            if (characters < 1) {
                throw new IllegalArgumentException("streamStep(" + characters + "): it is 1 or more");
            }
            once("streamStep");
            this.step = characters;
            return this;
        }

        /**
         * Returns the guard; no socket is opened before the first check.
         *
         * @throws IllegalStateException if the base URL, or a setting that the mapping requires, is missing
         * @throws IllegalArgumentException if the base URL is not one, or a maximum size is not positive
         */
        public HttpGuard build() {
            Map<String, Object> used = new LinkedHashMap<>();
            mapping.settings().forEach((name, setting) -> {
                Object value = settings.get(name) == null ? setting.otherwise() : settings.get(name);
                if (value == null && setting.required()) {
                    throw missing(name);
                }
                if (value != null) {
                    used.put(name, value);
                }
            });
            for (Inspection.Direction direction : Inspection.Direction.values()) {
                HttpGuardMapping.Call call = mapping.call(direction);
                if (call != null) {
                    check(call.path(), used);
                }
            }
            return new HttpGuard(this, endpoint(baseUrl(used), JsonErrors.ANY), Map.copyOf(used));
        }

        private @Nullable String baseUrl(Map<String, ?> used) {
            String template = mapping.baseUrl();
            if (template == null || isSet("baseUrl")) {
                return null;
            }
            check(template, used);
            return NAME.matcher(template).replaceAll(found -> hostPart(found.group(1), used));
        }

        private static String hostPart(String name, Map<String, ?> used) {
            String value = String.valueOf(used.get(name));
            if (!HOST_PART.matcher(value).matches()) {
                throw new IllegalArgumentException(
                        "the setting " + name + " stands in the service's host name: use letters, digits and hyphens");
            }
            return value;
        }

        private void check(String template, Map<String, ?> used) {
            NAME.matcher(template).results().map(found -> found.group(1)).forEach(name -> {
                if (!used.containsKey(name)) {
                    throw missing(name);
                }
            });
        }

        private IllegalStateException missing(String name) {
            return new IllegalStateException("the mapping " + mapping.name() + " needs the setting " + name + ": call"
                    + " setting(\"" + name + "\", ...)");
        }
    }
}
