package dev.aigw.providers.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.AllowedHosts;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.RateLimit;
import dev.aigw.providers.http.credential.Lookup;
import dev.aigw.providers.http.errors.ErrorReader;
import dev.aigw.providers.http.errors.HttpErrors;
import dev.aigw.providers.http.errors.ResetHeaders;
import dev.aigw.providers.http.errors.Secrets;
import dev.aigw.providers.http.events.Framing;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TreeBounds;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends an adapter's calls and reads the replies. Safe for use by many threads.
 *
 * <p>Timeouts, deadline and cancellation come from the {@link AttemptContext} and replace those of a supplied client.
 * It follows no redirects and sends nothing twice: retries are the router's task, which counts attempts. The one
 * exception is a pooled connection that the server has closed meanwhile: if it breaks within a second and before any
 * byte of an answer, the call is sent again on a fresh one, once. No secret is sent over plain HTTP, neither the
 * credential nor one in a header or in the URL, except to this machine or if {@code allowInsecure} is set. Only hosts
 * that both the adapter and the attempt allow are called.
 *
 * <p>Without a supplied client the transport creates its own at the first call and shuts it down in {@link #close()}. A
 * supplied client and its connections are shared and never shut down here.
 */
public final class HttpTransport implements AutoCloseable {

    private static final int MAX_URLS = 1024;

    /** What model servers add to chats on request and no adapter reads, with an entry or more for each token. */
    private static final Set<String> UNREAD_IN_CHATS =
            Set.of("prompt_token_ids", "prompt_logprobs", "token_ids", "kv_transfer_params", "routed_experts");

    private final String provider;
    private final ErrorReader errorReader;
    private final boolean allowInsecure;
    private final AllowedHosts allowedHosts;
    private final @Nullable WireLogger wireLog;
    private final @Nullable String usualBaseUrl;
    private final ReplyBodies bodies;
    private final int maxEventBytes;
    private final long maxStreamBytes;
    private final TreeBounds bounds;
    private final TreeBounds chatBounds;
    private final Clock clock;
    private final HttpClients clients;
    private final Lookup lookup = new Lookup();
    private final Map<String, Target> targets = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private HttpTransport(Builder builder) {
        this.provider = builder.provider;
        this.errorReader = builder.errorReader;
        this.clients =
                new HttpClients(builder.client, builder.proxy, Math.max(builder.maxBodyBytes, builder.maxStreamBytes));
        this.allowInsecure = builder.allowInsecure;
        this.allowedHosts = builder.allowedHosts;
        this.wireLog = builder.wireLog;
        this.usualBaseUrl = builder.usualBaseUrl;
        this.bodies = new ReplyBodies(builder.maxBodyBytes);
        this.maxEventBytes = builder.maxEventBytes;
        this.maxStreamBytes = builder.maxStreamBytes;
        this.bounds = new TreeBounds(builder.maxJsonValues, Set.of());
        this.chatBounds = new TreeBounds(builder.maxJsonValues, unread(builder.readFields));
        this.clock = builder.clock;
    }

    private static Set<String> unread(Collection<String> read) {
        Set<String> unread = new HashSet<>(UNREAD_IN_CHATS);
        unread.removeAll(read);
        return unread;
    }

    /** Starts a transport for the adapter of this name. */
    public static Builder builder(String provider, ErrorReader errorReader) {
        return new Builder(provider, errorReader);
    }

    /**
     * Sends a call and returns its reply.
     *
     * @throws GatewayException if there is no reply, or it is not a successful one of JSON, or it contains an error
     *     object
     */
    public HttpReply send(HttpCall httpCall, AttemptContext attempt) {
        HttpErrors errors = authenticated(httpCall, attempt, false);
        Exchange exchange = begin(httpCall, attempt, errors, "");
        try (Response response = execute(exchange, errors, attempt)) {
            int status = succeeded(response, exchange, errors);
            JsonNode json = bodies.read(
                    response, exchange, errors, buffer -> ReplyBodies.parse(buffer, response, errors, bounds));
            GatewayException inside = errors.inside(status, response.headers(), json);
            if (inside != null) {
                throw inside;
            }
            return new HttpReply(status, response.headers(), json, errors, attempt);
        } finally {
            exchange.release();
        }
    }

    /**
     * Sends a call and returns what its reply says, also where the server answers with a stream of events though none
     * was asked for, or puts something behind the reply's JSON.
     *
     * @param whole reads a reply of JSON
     * @param streamed makes the reader of a reply of events
     * @throws GatewayException if there is no reply, or it is not a successful one, or it holds an error object
     */
    public ChatResponse send(
            HttpCall httpCall,
            AttemptContext attempt,
            Framing framing,
            Function<HttpReply, ChatResponse> whole,
            Function<HttpStream, ChatEventSource> streamed) {
        return send(httpCall, attempt, framing, parser -> null, whole, streamed);
    }

    /**
     * Does the same, with a reader that need not make a tree of a small reply of the usual shape.
     *
     * @param quick returns the answer of such a reply, and null for any other, which {@code whole} then reads; it must
     *     not return an answer for a reply that holds an error
     * @throws GatewayException if there is no reply, or it is not a successful one, or it holds an error object
     */
    public ChatResponse send(
            HttpCall httpCall,
            AttemptContext attempt,
            Framing framing,
            Json.Reading<ChatResponse> quick,
            Function<HttpReply, ChatResponse> whole,
            Function<HttpStream, ChatEventSource> streamed) {
        HttpErrors errors = authenticated(httpCall, attempt, false);
        Exchange exchange = begin(httpCall, attempt, errors, "");
        try (Response response = execute(exchange, errors, attempt)) {
            int status = succeeded(response, exchange, errors);
            Object read = bodies.read(response, exchange, errors, buffer -> {
                ChatResponse usual = Unread.read(buffer, quick);
                return usual != null ? usual : ReplyBodies.parseOrEvents(buffer, response, errors, framing, chatBounds);
            });
            if (read instanceof ChatResponse usual) {
                return usual;
            }
            JsonNode json = (JsonNode) read;
            if (json.isMissingNode()) {
                HttpStream stream = new HttpStream(
                        exchange, response, errors, framing, maxEventBytes, maxStreamBytes, chatBounds, null);
                try (ChatEventSource events = streamed.apply(stream)) {
                    return collected(events);
                } catch (GatewayException e) {
                    throw e.kind() == ErrorKind.STREAM_INTERRUPTED
                            ? errors.malformed(status, response.headers(), "the reply was cut off", null, e)
                            : e;
                }
            }
            GatewayException inside = errors.inside(status, response.headers(), json);
            if (inside != null) {
                throw inside;
            }
            HttpReply reply = new HttpReply(status, response.headers(), json, errors, attempt);
            return reply.whole(whole);
        } finally {
            exchange.release();
        }
    }

    /** Returns the status of a success, and throws any other. */
    private static int succeeded(Response response, Exchange exchange, HttpErrors errors) {
        int status = response.code();
        if (status >= 200 && status < 300) {
            return status;
        }
        String body = ReplyBodies.errorBody(response);
        GatewayException givenUp = exchange.givenUp(null);
        if (givenUp != null) {
            throw givenUp;
        }
        String proxy = status == 407 ? exchange.proxyAsks() : null;
        throw proxy == null
                ? errors.status(status, response.headers(), body)
                : errors.reply(ErrorKind.CONNECTION, status, response.headers(), proxy, body);
    }

    private static ChatResponse collected(ChatEventSource events) {
        ChatAccumulator answer = new ChatAccumulator();
        for (ChatEvent event = events.next(); event != null; event = events.next()) {
            answer.add(event);
        }
        return answer.toResponse();
    }

    /**
     * Sends a call and returns its reply as bytes, possibly none.
     *
     * @throws GatewayException if there is no reply, or not a successful one
     */
    public HttpBytes fetch(HttpCall httpCall, AttemptContext attempt) {
        HttpErrors errors = authenticated(httpCall, attempt, false);
        Exchange exchange = begin(httpCall, attempt, errors, "");
        try (Response response = execute(exchange, errors, attempt)) {
            int status = succeeded(response, exchange, errors);
            byte[] body = bodies.read(response, exchange, errors, Buffer::readByteArray);
            return new HttpBytes(status, response.headers(), body, errors, bounds);
        } finally {
            exchange.release();
        }
    }

    /**
     * Sends a call and returns the stream of its server-sent events, which the caller must close.
     *
     * @throws GatewayException if there is no reply, or it is not a successful one of server-sent events
     */
    public HttpStream open(HttpCall httpCall, AttemptContext attempt) {
        return open(httpCall, attempt, Framing.SERVER_SENT_EVENTS);
    }

    /**
     * Sends a call and returns the stream of its events, which the caller must close.
     *
     * @throws GatewayException if there is no reply, or it is not a successful one of such events
     */
    public HttpStream open(HttpCall httpCall, AttemptContext attempt, Framing framing) {
        HttpErrors errors = authenticated(httpCall, attempt, true);
        Exchange exchange = begin(httpCall, attempt, errors, framing.contentType());
        Response response = null;
        boolean opened = false;
        try {
            response = execute(exchange, errors, attempt);
            succeeded(response, exchange, errors);
            if (!ReplyBodies.mayBeEvents(response.body().contentType(), framing)) {
                throw ReplyBodies.noEvents(response, errors);
            }
            HttpStream stream = new HttpStream(
                    exchange,
                    response,
                    errors,
                    framing,
                    maxEventBytes,
                    maxStreamBytes,
                    chatBounds,
                    attempt.timeouts().idle());
            opened = true;
            return stream;
        } finally {
            if (!opened) {
                exchange.release();
                if (response != null) {
                    response.close();
                }
            }
        }
    }

    /**
     * Sends a call and returns its reply while it arrives, of any type and size, which the caller must close. The
     * attempt timeout is for its beginning, the idle timeout for the pauses within.
     *
     * @throws GatewayException if there is no reply, or not a successful one
     */
    public HttpDownload download(HttpCall httpCall, AttemptContext attempt) {
        HttpErrors errors = authenticated(httpCall, attempt, true);
        Exchange exchange = begin(httpCall, attempt, errors, "*/*");
        Response response = null;
        boolean opened = false;
        try {
            response = execute(exchange, errors, attempt);
            succeeded(response, exchange, errors);
            exchange.contentSeen();
            HttpDownload download = new HttpDownload(exchange, response, errors, attempt, maxEventBytes, bounds);
            opened = true;
            return download;
        } finally {
            if (!opened) {
                exchange.release();
                if (response != null) {
                    response.close();
                }
            }
        }
    }

    private HttpErrors authenticated(HttpCall call, AttemptContext attempt, boolean streamed) {
        call.authenticate(lookup, provider, attempt, streamed);
        return new CallErrors(provider, attempt, call, usualBaseUrl, errorReader, clock);
    }

    /** Begins a call; of a stream of the type {@code accept} if that is not empty. */
    private Exchange begin(HttpCall httpCall, AttemptContext attempt, HttpErrors errors, String accept) {
        boolean streamed = !accept.isEmpty();
        if (closed) {
            throw new IllegalStateException("the adapter \"" + provider + "\" is closed: build a new one");
        }
        Request.Builder request = new Request.Builder().url(url(httpCall, attempt, errors));
        if (!streamed && clients.transportDecodes()) {
            request.header("Accept-Encoding", "gzip");
        }
        for (int i = 0; i < httpCall.headers.size(); i += 2) {
            try {
                request.header(httpCall.headers.get(i), httpCall.headers.get(i + 1));
            } catch (IllegalArgumentException e) {
                // OkHttp's own message may quote the value, so it is not passed on
                if (httpCall.carriesSecret(i)) {
                    throw errors.of(
                            ErrorKind.AUTHENTICATION,
                            "the credential cannot be sent in the header \"" + httpCall.headers.get(i)
                                    + "\": it contains a line break, or a character outside ASCII; store the key alone,"
                                    + " on one line, without quotes or a comment",
                            null);
                }
                throw errors.of(
                        ErrorKind.INVALID_REQUEST,
                        "the header \"" + httpCall.headers.get(i) + "\" has a name or value that HTTP forbids: look for"
                                + " line breaks and characters outside ASCII",
                        null);
            }
        }
        if (streamed) {
            request.header("Accept", accept).header("Accept-Encoding", "identity");
        }
        request.method(httpCall.method, httpCall.method.equals("GET") ? null : new RequestContent(httpCall));
        HttpClients.Tag tag = new HttpClients.Tag();
        request.tag(HttpClients.Tag.class, tag);
        Request built = request.build();
        Call call = clients.get(attempt.timeouts().connect()).newCall(built);
        Exchange exchange = new Exchange(call, attempt, errors, streamed, httpCall.startNanos);
        exchange.once = httpCall.once;
        tag.exchange = exchange;
        if (wireLog != null) {
            exchange.entry = wireLog.sending(httpCall, built, attempt);
        }
        return exchange;
    }

    private Response execute(Exchange exchange, HttpErrors errors, AttemptContext attempt) {
        WireLogger.Entry entry = exchange.entry;
        if (entry == null) {
            return executed(exchange, errors, attempt);
        }
        try {
            Response response = executed(exchange, errors, attempt);
            return entry.answered(response, exchange.isStream());
        } catch (GatewayException e) {
            entry.failed(e);
            throw e;
        }
    }

    private Response executed(Exchange exchange, HttpErrors errors, AttemptContext attempt) {
        Response response;
        try {
            response = answer(exchange, attempt.timeouts().connect());
        } catch (ProtocolException e) {
            GatewayException stopped = exchange.stopped(e, false);
            throw stopped != null ? stopped : notHttp(e, errors);
        } catch (IOException e) {
            throw exchange.failure(e, false);
        } catch (Exception e) {
            // OkHttp waits for a connection without declaring InterruptedException
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                throw errors.of(ErrorKind.CANCELLED, "the thread was interrupted", e);
            }
            throw errors.of(ErrorKind.CONNECTION, "the request could not be sent", e);
        } finally {
            if (exchange.call().request().body() instanceof RequestContent body) {
                body.release();
            }
        }
        boolean reported = false;
        try {
            reportRateLimits(response.headers(), attempt);
            reported = true;
            return ReplyBodies.decoded(clients.transportDecodes() ? clients.bounded(response) : response);
        } finally {
            if (!reported) { // a listener threw, so nobody else closes the response
                response.close();
            }
        }
    }

    private static GatewayException notHttp(ProtocolException e, HttpErrors errors) {
        return String.valueOf(e.getMessage()).contains("(407)")
                ? errors.of(
                        ErrorKind.CONNECTION,
                        "the server answered 407, as only a proxy may: something between here and there asks for a user"
                                + " name and password; set it as the proxy of the client that you give to httpClient",
                        e)
                : errors.of(
                        ErrorKind.MALFORMED_RESPONSE,
                        "the reply is not HTTP: check the scheme and the port of the base URL",
                        e);
    }

    /**
     * Sends the call, and again where its connection was dead. OkHttp would do so by itself, but only together with
     * retries that are not ours to make: of other addresses, and of calls that the server may be at work on.
     */
    private Response answer(Exchange exchange, @Nullable Duration connect) throws IOException {
        Call call = exchange.call();
        try {
            return call.execute();
        } catch (IOException e) {
            if (!exchange.isStale(e)) {
                throw e;
            }
            Call again = clients.unpooled(connect).newCall(call.request());
            exchange.sendAgain(again);
            if (exchange.entry != null) {
                exchange.entry.sentAgain();
            }
            try {
                return again.execute();
            } catch (IOException second) {
                second.addSuppressed(e);
                throw second;
            }
        }
    }

    /** Reports to the router what the provider says is left of its rate limits, if it does. */
    private void reportRateLimits(Headers headers, AttemptContext attempt) {
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (name.regionMatches(true, 0, "x-ratelimit-", 0, 12)
                    || name.regionMatches(true, 0, "anthropic-ratelimit-", 0, 20)) {
                List<RateLimit> limits = ResetHeaders.limits(headers::get, clock.instant());
                if (!limits.isEmpty()) {
                    attempt.rateLimits(limits);
                }
                return;
            }
        }
    }

    /**
     * A URL.
     *
     * @param isPrivate whether a secret may travel to it
     * @param carrier the parameter that carries a secret, for a message; null without one
     */
    private record Target(
            HttpUrl url, boolean isPrivate, @Nullable String carrier) {

        @Nullable
        String refusal(AllowedHosts hosts) {
            return hosts.refusal(url.scheme(), url.host(), url.port());
        }
    }

    private HttpUrl url(HttpCall call, AttemptContext attempt, HttpErrors errors) {
        Target target = targets.get(call.url);
        if (target == null) {
            HttpUrl url = HttpUrl.parse(call.url);
            if (url == null) {
                throw errors.of(
                        ErrorKind.INVALID_REQUEST,
                        "the URL of the call is not one: set a base URL that begins with https://",
                        null);
            }
            if (Urls.leavesItsPath(call.url)) {
                throw errors.of(
                        ErrorKind.INVALID_REQUEST,
                        "the URL of the call has a segment \".\" or \"..\", which leads to another path: use a model's name"
                                + " and a base URL without one",
                        null);
            }
            target = new Target(url, allowInsecure || url.isHttps() || isLoopback(url.host()), secretParameter(url));
            refuse(target.refusal(allowedHosts), errors);
            if (targets.size() >= MAX_URLS) {
                targets.clear();
            }
            targets.put(call.url, target);
        }
        refuse(target.refusal(attempt.allowedHosts()), errors);
        String carrier =
                call.secret != null ? "the credential" : call.carrier != null ? call.carrier : target.carrier();
        if (carrier != null && !target.isPrivate()) {
            throw errors.of(
                    ErrorKind.INVALID_REQUEST,
                    carrier + " would travel unencrypted to "
                            + target.url().host()
                            + ": use an https:// base URL, or allowInsecure(true) on the adapter's builder",
                    null);
        }
        return target.url();
    }

    private static void refuse(@Nullable String refusal, HttpErrors errors) {
        if (refusal != null) {
            throw errors.of(ErrorKind.INVALID_REQUEST, refusal, null);
        }
    }

    private static @Nullable String secretParameter(HttpUrl url) {
        for (String name : url.queryParameterNames()) {
            if (Secrets.isSecretParameter(name)) {
                return "the parameter \"" + name + "\" of the URL";
            }
        }
        return null;
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals("::1")
                || (host.startsWith("127.") && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
    }

    /** Shuts down the transport's own client, including calls under way, but not a supplied one. */
    @Override
    public void close() {
        closed = true;
        clients.close();
        Watchdog.rest();
    }

    /** Builds an {@link HttpTransport}. Not safe for use by several threads. */
    public static final class Builder {

        private final String provider;
        private final ErrorReader errorReader;
        private @Nullable OkHttpClient client;
        private @Nullable Proxy proxy;
        private boolean allowInsecure;
        private AllowedHosts allowedHosts = AllowedHosts.any();
        private @Nullable WireLogger wireLog;
        private @Nullable String usualBaseUrl;
        private long maxBodyBytes = 64L * 1024 * 1024;
        private int maxEventBytes = 64 * 1024 * 1024;
        private long maxStreamBytes = 256L * 1024 * 1024;
        private int maxJsonValues = TreeBounds.DEFAULT_MAX_VALUES;
        private Collection<String> readFields = List.of();
        private Clock clock = Clock.systemUTC();

        private Builder(String provider, ErrorReader errorReader) {
            this.provider = Objects.requireNonNull(provider, "provider");
            this.errorReader = Objects.requireNonNull(errorReader, "errorReader");
        }

        /** Sets the client to derive from; by default the transport creates its own. */
        public Builder client(@Nullable OkHttpClient client) {
            this.client = client;
            return this;
        }

        /** Sets the proxy; by default that of the client or the JVM. */
        public Builder proxy(@Nullable Proxy proxy) {
            this.proxy = proxy;
            return this;
        }

        /** Sets the hosts that calls may go to; all by default. */
        public Builder allowedHosts(AllowedHosts allowedHosts) {
            this.allowedHosts = Objects.requireNonNull(allowedHosts, "allowedHosts");
            return this;
        }

        /** Sets whether a credential may travel over plain HTTP; false by default. */
        public Builder allowInsecure(boolean allowInsecure) {
            this.allowInsecure = allowInsecure;
            return this;
        }

        /** Sets what logs requests and replies; nothing by default. */
        Builder wireLog(WireLogger wireLog) {
            this.wireLog = wireLog;
            return this;
        }

        /** Sets the vendor's usual base URL, which the failure of a call to a wrong one names; none by default. */
        public Builder usualBaseUrl(@Nullable String usualBaseUrl) {
            this.usualBaseUrl = usualBaseUrl;
            return this;
        }

        /** Sets the largest reply; 64 MiB by default. */
        public Builder maxBodyBytes(long maxBodyBytes) {
            this.maxBodyBytes = positive("maxBodyBytes", maxBodyBytes);
            return this;
        }

        /** Sets the largest event of a stream; 64 MiB by default. */
        public Builder maxEventBytes(int maxEventBytes) {
            this.maxEventBytes = (int) positive("maxEventBytes", maxEventBytes);
            return this;
        }

        /** Sets the largest stream; 256 MiB by default. */
        public Builder maxStreamBytes(long maxStreamBytes) {
            this.maxStreamBytes = positive("maxStreamBytes", maxStreamBytes);
            return this;
        }

        /** Sets the largest number of JSON values in a reply or event; 500,000 by default. */
        public Builder maxJsonValues(int maxJsonValues) {
            this.maxJsonValues = maxJsonValues;
            return this;
        }

        /** Sets names of fields that a chat's reader wants, of those that none reads otherwise; none by default. */
        public Builder readFields(Collection<String> readFields) {
            this.readFields = List.copyOf(readFields);
            return this;
        }

        /** Sets the clock that reset times are compared with; the system's by default. */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        private static long positive(String name, long bytes) {
            if (bytes <= 0) {
                throw new IllegalArgumentException(name + " is " + bytes + ": use a positive number of bytes");
            }
            return bytes;
        }

        /** Returns the transport; no socket is opened before the first call. */
        public HttpTransport build() {
            return new HttpTransport(this);
        }
    }
}
