package dev.aigw.providers.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.RateLimit;
import dev.aigw.providers.json.Json;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Sends an adapter's calls and reads what comes back. Safe for use by many threads.
 *
 * <p>Time limits, deadline and cancellation come from the {@link AttemptContext}; whatever limits a supplied client has
 * are replaced. Redirects are not followed and nothing is sent twice: that is the router's business, which counts
 * attempts. A credential is not sent over plain HTTP, except to this machine or where {@code allowInsecure} says so.
 *
 * <p>Without a supplied client the transport makes one of its own at the first call and ends it at {@link #close()}; a
 * supplied client is shared, its connections too, and never ended here.
 */
public final class HttpTransport implements AutoCloseable {

    private static final int ERROR_BODY_BYTES = 64 * 1024;
    private static final int EXCERPT_BYTES = 8 * 1024;
    private static final int MAX_URLS = 1024;

    private final String provider;
    private final ErrorReader errorReader;
    private final @Nullable OkHttpClient supplied;
    private final @Nullable Proxy proxy;
    private final boolean allowInsecure;
    private final long maxBodyBytes;
    private final int maxEventBytes;
    private final long maxStreamBytes;
    private final Clock clock;
    private final Map<String, HttpUrl> urls = new ConcurrentHashMap<>();
    private final ReentrantLock clientLock = new ReentrantLock();
    private volatile @Nullable OkHttpClient client;
    private volatile boolean closed;

    private HttpTransport(Builder builder) {
        this.provider = builder.provider;
        this.errorReader = builder.errorReader;
        this.supplied = builder.client;
        this.proxy = builder.proxy;
        this.allowInsecure = builder.allowInsecure;
        this.maxBodyBytes = builder.maxBodyBytes;
        this.maxEventBytes = builder.maxEventBytes;
        this.maxStreamBytes = builder.maxStreamBytes;
        this.clock = builder.clock;
    }

    /** Starts a transport for the adapter of this name. */
    public static Builder builder(String provider, ErrorReader errorReader) {
        return new Builder(provider, errorReader);
    }

    /**
     * Sends a call and returns its reply.
     *
     * @throws GatewayException if there is no reply, or it is not a successful one of JSON, or it holds an error object
     */
    public HttpReply send(HttpCall httpCall, AttemptContext attempt) {
        HttpErrors errors = new HttpErrors(provider, attempt, httpCall.secret, errorReader, clock);
        Exchange exchange = begin(httpCall, attempt, errors, null);
        try (Response response = execute(exchange, errors, attempt)) {
            int status = response.code();
            if (status < 200 || status >= 300) {
                throw errors.status(status, response.headers(), errorBody(response));
            }
            JsonNode json = read(response, exchange, errors, buffer -> parse(buffer, response, errors));
            GatewayException inside = errors.inside(status, response.headers(), json);
            if (inside != null) {
                throw inside;
            }
            return new HttpReply(status, response.headers(), json, errors);
        } finally {
            exchange.release();
        }
    }

    /**
     * Sends a call and returns its reply as bytes, possibly none.
     *
     * @throws GatewayException if there is no reply, or not a successful one
     */
    public HttpBytes fetch(HttpCall httpCall, AttemptContext attempt) {
        HttpErrors errors = new HttpErrors(provider, attempt, httpCall.secret, errorReader, clock);
        Exchange exchange = begin(httpCall, attempt, errors, null);
        try (Response response = execute(exchange, errors, attempt)) {
            int status = response.code();
            if (status < 200 || status >= 300) {
                throw errors.status(status, response.headers(), errorBody(response));
            }
            byte[] body = read(response, exchange, errors, Buffer::readByteArray);
            return new HttpBytes(status, response.headers(), body, errors);
        } finally {
            exchange.release();
        }
    }

    /**
     * Sends a call and returns the stream of its server-sent events, to be closed by the caller.
     *
     * @throws GatewayException if there is no reply, or it is not a successful one of server-sent events
     */
    public HttpStream open(HttpCall httpCall, AttemptContext attempt) {
        return open(httpCall, attempt, Framing.SERVER_SENT_EVENTS);
    }

    /**
     * Sends a call and returns the stream of its events, to be closed by the caller.
     *
     * @throws GatewayException if there is no reply, or it is not a successful one of such events
     */
    public HttpStream open(HttpCall httpCall, AttemptContext attempt, Framing framing) {
        HttpErrors errors = new HttpErrors(provider, attempt, httpCall.secret, errorReader, clock);
        Exchange exchange = begin(httpCall, attempt, errors, framing);
        Response response = null;
        boolean opened = false;
        try {
            response = execute(exchange, errors, attempt);
            int status = response.code();
            if (status < 200 || status >= 300) {
                throw errors.status(status, response.headers(), errorBody(response));
            }
            if (!mayBeEvents(response.body().contentType(), framing)) {
                throw noEvents(response, errors);
            }
            HttpStream stream = new HttpStream(
                    exchange,
                    response,
                    errors,
                    framing,
                    maxEventBytes,
                    maxStreamBytes,
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

    private Exchange begin(HttpCall httpCall, AttemptContext attempt, HttpErrors errors, @Nullable Framing framing) {
        if (closed) {
            throw new IllegalStateException("the adapter \"" + provider + "\" is closed: build a new one");
        }
        Request.Builder request = new Request.Builder().url(url(httpCall, errors));
        for (int i = 0; i < httpCall.headers.size(); i += 2) {
            try {
                request.header(httpCall.headers.get(i), httpCall.headers.get(i + 1));
            } catch (IllegalArgumentException e) {
                // OkHttp's own message may quote the value, so it is not passed on
                throw errors.of(
                        ErrorKind.INVALID_REQUEST,
                        "the header \"" + httpCall.headers.get(i) + "\" has a name or value that HTTP forbids: look for"
                                + " line breaks and characters outside ASCII",
                        null);
            }
        }
        if (framing != null) {
            request.header("Accept", framing.contentType()).header("Accept-Encoding", "identity");
        }
        request.method(httpCall.method, httpCall.method.equals("GET") ? null : new OneShotBody(httpCall));
        ExchangeTag tag = new ExchangeTag();
        request.tag(ExchangeTag.class, tag);
        Call call = client().newCall(request.build());
        Exchange exchange = new Exchange(call, attempt, errors, framing != null, httpCall.startNanos);
        tag.exchange = exchange;
        return exchange;
    }

    private Response execute(Exchange exchange, HttpErrors errors, AttemptContext attempt) {
        Response response;
        try {
            response = exchange.call.execute();
        } catch (ProtocolException e) {
            GatewayException limit = exchange.limit(e, false);
            throw limit != null
                    ? limit
                    : errors.of(
                            ErrorKind.MALFORMED_RESPONSE,
                            "the reply is not HTTP: check the scheme and the port of the base URL",
                            e);
        } catch (IOException e) {
            throw exchange.failure(e, false);
        } catch (Exception e) {
            // OkHttp waits for a connection without declaring that the wait may be interrupted
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                throw errors.of(ErrorKind.CANCELLED, "the thread was interrupted", e);
            }
            throw errors.of(ErrorKind.CONNECTION, "the request could not be sent", e);
        }
        reportRateLimits(response.headers(), attempt);
        return response;
    }

    /** Tells the router what the provider says is left of its rate limits, if it does. */
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

    /** Takes what a whole body is read as from the buffer that holds it. */
    private interface BodyReader<T> {
        T read(Buffer buffer) throws IOException;
    }

    private <T> T read(Response response, Exchange exchange, HttpErrors errors, BodyReader<T> reader) {
        ResponseBody body = response.body();
        try {
            BufferedSource source = body.source();
            if (body.contentLength() > maxBodyBytes || source.request(maxBodyBytes + 1)) {
                throw errors.malformed(
                        response.code(),
                        response.headers(),
                        "the reply is larger than " + maxBodyBytes
                                + " bytes; raise the adapter's maxBodyBytes if that is expected",
                        null,
                        null);
            }
            return reader.read(source.getBuffer());
        } catch (ProtocolException | EOFException e) {
            GatewayException limit = exchange.limit(e, false);
            throw limit != null
                    ? limit
                    : errors.malformed(response.code(), response.headers(), "the reply was cut off", null, e);
        } catch (IOException e) {
            throw exchange.failure(e, false);
        }
    }

    private static JsonNode parse(Buffer buffer, Response response, HttpErrors errors) throws IOException {
        try {
            JsonNode json = Unread.parse(buffer);
            if (json.isMissingNode()) {
                throw errors.malformed(response.code(), response.headers(), "the reply is empty", "", null);
            }
            return json;
        } catch (JsonProcessingException e) {
            String excerpt = buffer.readUtf8(Math.min(buffer.size(), EXCERPT_BYTES));
            throw errors.malformed(
                    response.code(),
                    response.headers(),
                    "the reply is not JSON but " + describe(response)
                            + "; a proxy or a wrong base URL may be the cause",
                    excerpt,
                    null);
        }
    }

    private GatewayException noEvents(Response response, HttpErrors errors) {
        String body = errorBody(response);
        JsonNode json = Json.parseOrNull(body);
        GatewayException inside = json == null ? null : errors.inside(response.code(), response.headers(), json);
        return inside != null
                ? inside
                : errors.malformed(
                        response.code(),
                        response.headers(),
                        "asked for a stream of events, the provider sent " + describe(response),
                        body,
                        null);
    }

    private static String describe(Response response) {
        MediaType type = response.body().contentType();
        return type == null ? "something without a content type" : type.type() + "/" + type.subtype();
    }

    private static boolean mayBeEvents(@Nullable MediaType type, Framing framing) {
        if (type == null) {
            return true;
        }
        String name = (type.type() + "/" + type.subtype()).toLowerCase(Locale.ROOT);
        return name.equals(framing.contentType())
                || name.equals("text/plain")
                || name.equals("application/octet-stream");
    }

    /** Returns what can be had of an error's body, quickly: the status already says that the attempt failed. */
    private static String errorBody(Response response) {
        try {
            BufferedSource source = response.body().source();
            source.timeout().timeout(5, TimeUnit.SECONDS);
            try {
                source.request(ERROR_BODY_BYTES);
            } catch (IOException e) {
                // what came before the cut has to do
            }
            Buffer buffer = source.getBuffer();
            return buffer.readUtf8(Math.min(buffer.size(), ERROR_BODY_BYTES));
        } catch (IOException e) {
            return "";
        }
    }

    private HttpUrl url(HttpCall call, HttpErrors errors) {
        HttpUrl url = urls.get(call.url);
        if (url == null) {
            url = HttpUrl.parse(call.url);
            if (url == null) {
                throw errors.of(
                        ErrorKind.INVALID_REQUEST,
                        "the base URL is not one: set a base URL that begins with https://",
                        null);
            }
            if (urls.size() >= MAX_URLS) {
                urls.clear();
            }
            urls.put(call.url, url);
        }
        if (call.secret != null && !allowInsecure && !url.isHttps() && !isLoopback(url.host())) {
            throw errors.of(
                    ErrorKind.INVALID_REQUEST,
                    "the credential would travel unencrypted to " + url.host()
                            + ": use an https:// base URL, or allowInsecure(true) on the adapter's builder",
                    null);
        }
        return url;
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals("::1")
                || (host.startsWith("127.") && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
    }

    private OkHttpClient client() {
        OkHttpClient known = client;
        if (known != null) {
            return known;
        }
        clientLock.lock();
        try {
            OkHttpClient made = client;
            if (made == null) {
                made = newClient();
                client = made;
            }
            return made;
        } finally {
            clientLock.unlock();
        }
    }

    private OkHttpClient newClient() {
        OkHttpClient.Builder builder = supplied != null
                ? supplied.newBuilder()
                : new OkHttpClient.Builder().connectionPool(new ConnectionPool(256, 5, TimeUnit.MINUTES));
        if (proxy != null) {
            builder.proxy(proxy);
        }
        return builder.connectTimeout(Duration.ofSeconds(10))
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .callTimeout(Duration.ZERO)
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .addNetworkInterceptor(chain -> {
                    ExchangeTag tag = chain.request().tag(ExchangeTag.class);
                    if (tag != null && tag.exchange != null) {
                        tag.exchange.connected();
                    }
                    return chain.proceed(chain.request());
                })
                .build();
    }

    /** Ends the transport's own client, calls under way included; leaves a supplied one alone. */
    @Override
    public void close() {
        closed = true;
        OkHttpClient own = client;
        if (own != null && supplied == null) {
            own.dispatcher().cancelAll();
            own.dispatcher().executorService().shutdown();
            own.connectionPool().evictAll();
        }
    }

    /** Carries the exchange to the network interceptor; written before the call is executed, by the same thread. */
    private static final class ExchangeTag {
        @Nullable
        Exchange exchange;
    }

    /** A body that moves to the socket and so can be sent only once, which also keeps OkHttp from sending it again. */
    private static final class OneShotBody extends RequestBody {
        private final MediaType type;
        private final Buffer buffer;
        private final long length;

        OneShotBody(HttpCall call) {
            this.type = call.contentType;
            this.buffer = call.body == null ? new Buffer() : call.body;
            this.length = buffer.size();
        }

        @Override
        public MediaType contentType() {
            return type;
        }

        @Override
        public long contentLength() {
            return length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(buffer, length);
        }
    }

    /** Builds an {@link HttpTransport}. Not safe for use by several threads. */
    public static final class Builder {

        private final String provider;
        private final ErrorReader errorReader;
        private @Nullable OkHttpClient client;
        private @Nullable Proxy proxy;
        private boolean allowInsecure;
        private long maxBodyBytes = 64L * 1024 * 1024;
        private int maxEventBytes = 8 * 1024 * 1024;
        private long maxStreamBytes = 256L * 1024 * 1024;
        private Clock clock = Clock.systemUTC();

        private Builder(String provider, ErrorReader errorReader) {
            this.provider = Objects.requireNonNull(provider, "provider");
            this.errorReader = Objects.requireNonNull(errorReader, "errorReader");
        }

        /** Sets the client to derive from; by default the transport makes its own. */
        public Builder client(@Nullable OkHttpClient client) {
            this.client = client;
            return this;
        }

        /** Sets the proxy; by default what the client or the JVM says. */
        public Builder proxy(@Nullable Proxy proxy) {
            this.proxy = proxy;
            return this;
        }

        /** Sets whether a credential may travel over plain HTTP; false by default. */
        public Builder allowInsecure(boolean allowInsecure) {
            this.allowInsecure = allowInsecure;
            return this;
        }

        /** Sets the largest reply; 64 MiB by default. */
        public Builder maxBodyBytes(long maxBodyBytes) {
            this.maxBodyBytes = positive("maxBodyBytes", maxBodyBytes);
            return this;
        }

        /** Sets the largest event of a stream; 8 MiB by default. */
        public Builder maxEventBytes(int maxEventBytes) {
            this.maxEventBytes = (int) positive("maxEventBytes", maxEventBytes);
            return this;
        }

        /** Sets the largest stream; 256 MiB by default. */
        public Builder maxStreamBytes(long maxStreamBytes) {
            this.maxStreamBytes = positive("maxStreamBytes", maxStreamBytes);
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
