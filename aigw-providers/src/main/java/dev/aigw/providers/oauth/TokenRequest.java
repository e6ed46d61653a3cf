package dev.aigw.providers.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.http.HttpTransport;
import dev.aigw.providers.http.errors.ErrorReader;
import dev.aigw.providers.http.errors.VendorError;
import dev.aigw.providers.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gets one token from a token endpoint, as defined by RFC 6749: the client credentials grant of section 4.4, the
 * client's authentication of 2.3.1, the answers of 5.1 and 5.2.
 *
 * @param transport sends the request
 * @param url the token endpoint
 * @param clientId the client's id
 * @param clientSecret its secret, read for each request
 * @param inBody whether id and secret are sent in the body instead of a header
 * @param parameters further parameters of the body, such as the scope
 * @param timeout the timeout of a request
 * @param refreshAhead how long before its expiry a token is renewed
 * @param lifetime the lifetime of a token whose answer has none
 * @param clock the clock
 */
record TokenRequest(
        HttpTransport transport,
        String url,
        String clientId,
        Credential clientSecret,
        boolean inBody,
        Map<String, String> parameters,
        Duration timeout,
        Duration refreshAhead,
        Duration lifetime,
        Clock clock)
        implements Supplier<TokenCache.Token> {

    @Override
    public TokenCache.Token get() {
        String secret = clientSecret.secret();
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        form.putAll(parameters);
        HttpCall call = HttpCall.post(url)
                .contentType("application/x-www-form-urlencoded")
                .header("Accept", "application/json");
        if (inBody) {
            form.put("client_id", clientId);
            form.put("client_secret", secret);
        } else {
            String pair = encoded(clientId) + ":" + encoded(secret);
            call.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        call.secret(secret).body(out -> out.write(written(form).getBytes(StandardCharsets.UTF_8)));
        Instant asked = clock.instant();
        HttpReply reply = transport.send(
                call,
                AttemptContext.builder("token")
                        .timeouts(Timeouts.builder().attempt(timeout).build())
                        .build());
        return token(reply, asked);
    }

    /** A lifetime is at most ten years: the end of a longer one could not be told. */
    private static final long LONGEST_SECONDS = 3650L * 24 * 60 * 60;

    private TokenCache.Token token(HttpReply reply, Instant asked) {
        String token = Json.textOf(reply.json(), "access_token");
        if (token == null || token.isBlank()) {
            throw reply.malformed("the token endpoint's answer has no access_token");
        }
        long seconds = reply.json().path("expires_in").asLong(0);
        Duration life = seconds > 0 ? Duration.ofSeconds(Math.min(seconds, LONGEST_SECONDS)) : lifetime;
        Duration half = life.dividedBy(2);
        Duration ahead = refreshAhead.compareTo(half) < 0 ? refreshAhead : half;
        Instant expires = asked.plus(life);
        return new TokenCache.Token(token, expires.minus(ahead), expires);
    }

    private static String written(Map<String, String> form) {
        StringBuilder text = new StringBuilder();
        form.forEach((name, value) -> text.append(text.isEmpty() ? "" : "&")
                .append(encoded(name))
                .append('=')
                .append(encoded(value)));
        return text.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /**
     * Reads an error answer. An error about the client or the request counts against the credential, so that the router
     * tries other deployments.
     */
    static @Nullable VendorError error(int status, JsonNode body) {
        String code = Json.textOf(body, "error");
        if (code == null && status < 400) {
            return null;
        }
        ErrorKind byStatus = status < 400 ? ErrorKind.INVALID_REQUEST : ErrorReader.kindOf(status);
        ErrorKind kind = switch (byStatus) {
            case INVALID_REQUEST, PERMISSION, NOT_FOUND -> ErrorKind.AUTHENTICATION;
            default -> byStatus;
        };
        if ("temporarily_unavailable".equals(code)) {
            kind = ErrorKind.OVERLOADED;
        }
        return new VendorError(kind, code, Json.textOf(body, "error_description"));
    }

    /** Leaves out the parameters, which may be secret. */
    @Override
    public String toString() {
        return "TokenRequest{" + url + "}";
    }
}
