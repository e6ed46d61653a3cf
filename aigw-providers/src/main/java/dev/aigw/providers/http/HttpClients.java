package dev.aigw.providers.http;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A transport's clients. They share connections, and differ in how long an address may take to connect and in whether
 * they take connections from the pool. The first is made at the first call. Safe for use by many threads.
 */
final class HttpClients {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int MAX_CLIENTS = 64;

    private final @Nullable OkHttpClient supplied;
    private final @Nullable Proxy proxy;
    private final long maxReceivedBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Duration, OkHttpClient> patient = new ConcurrentHashMap<>();
    private volatile @Nullable OkHttpClient client;

    /**
     * Makes clients.
     *
     * @param maxReceivedBytes the most bytes of a compressed reply, as they were sent
     */
    HttpClients(@Nullable OkHttpClient supplied, @Nullable Proxy proxy, long maxReceivedBytes) {
        this.supplied = supplied;
        this.proxy = proxy;
        this.maxReceivedBytes = maxReceivedBytes;
    }

    /** Returns the client for calls that may take this long to connect. */
    OkHttpClient get(@Nullable Duration connect) {
        OkHttpClient known = client();
        if (connect == null || connect.compareTo(CONNECT) <= 0) {
            return known;
        }
        OkHttpClient other = patient.get(connect);
        if (other == null) {
            other = known.newBuilder().connectTimeout(millis(connect)).build();
            if (patient.size() >= MAX_CLIENTS) {
                patient.clear();
            }
            patient.put(connect, other);
        }
        return other;
    }

    /** Returns a client whose connections are fresh: others in the pool may be as dead as the first. */
    OkHttpClient unpooled(@Nullable Duration connect) {
        return get(connect)
                .newBuilder()
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .build();
    }

    private static Duration millis(Duration timeout) {
        Duration longest = Duration.ofMillis(Integer.MAX_VALUE);
        return timeout.compareTo(longest) > 0 ? longest : timeout;
    }

    private OkHttpClient client() {
        OkHttpClient known = client;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            OkHttpClient made = client;
            if (made == null) {
                made = create();
                client = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    private OkHttpClient create() {
        OkHttpClient.Builder builder = supplied != null
                ? supplied.newBuilder()
                : new OkHttpClient.Builder().connectionPool(new ConnectionPool(256, 5, TimeUnit.MINUTES));
        if (proxy != null) {
            builder.proxy(proxy);
        }
        EventListener.Factory theirs = supplied == null ? null : supplied.eventListenerFactory();
        if (supplied != null) {
            builder.addNetworkInterceptor(chain -> bounded(chain.proceed(chain.request())));
        }
        return builder.eventListenerFactory(call -> listener(call, theirs))
                .dns(new StoppableDns(supplied == null ? Dns.SYSTEM : supplied.dns()))
                .connectTimeout(CONNECT)
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .callTimeout(Duration.ZERO)
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .build();
    }

    /**
     * Returns whether the transport asks for compressed replies and decodes them, which takes one interceptor less than
     * to let the client do it. A supplied client does it itself: its own interceptors may read what was decoded.
     */
    boolean transportDecodes() {
        return supplied == null;
    }

    /** Returns a reply from the network whose compressed bytes are bounded. */
    Response bounded(Response response) {
        return ReplyBodies.boundedCompressed(response, maxReceivedBytes);
    }

    private static EventListener listener(Call call, EventListener.@Nullable Factory theirs) {
        EventListener listener = theirs == null ? EventListener.NONE : theirs.create(call);
        Tag tag = call.request().tag(Tag.class);
        if (tag == null) {
            return listener;
        }
        return listener == EventListener.NONE ? tag : listener.plus(tag);
    }

    /** Shuts down the client, including calls under way, unless it was supplied. */
    void close() {
        OkHttpClient own = client;
        if (own != null && supplied == null) {
            own.dispatcher().cancelAll();
            own.dispatcher().executorService().shutdown();
            own.connectionPool().evictAll();
        }
    }

    /**
     * Carries the exchange, and tells it how far the connection has come. The exchange is written before the call is
     * executed, by the same thread; OkHttp may connect in others.
     */
    static final class Tag extends EventListener {
        @Nullable
        Exchange exchange;

        volatile boolean connecting;

        @Override
        public void proxySelectStart(Call call, HttpUrl url) {
            if (exchange != null) {
                exchange.connecting();
            }
        }

        @Override
        public void proxySelectEnd(Call call, HttpUrl url, List<Proxy> proxies) {
            if (exchange != null && !proxies.isEmpty()) {
                exchange.proxy(proxies.get(0));
            }
        }

        @Override
        public void dnsStart(Call call, String host) {
            if (exchange != null) {
                StoppableDns.begin(exchange);
            }
        }

        @Override
        public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
            connecting = true;
            if (exchange != null) {
                exchange.proxy(proxy);
            }
        }

        @Override
        public void connectionAcquired(Call call, Connection connection) {
            if (exchange != null) {
                exchange.connected(!connecting, connection.route().proxy());
            }
        }

        @Override
        public void responseHeadersEnd(Call call, Response response) {
            if (call.request().body() instanceof RequestContent body) {
                body.answered(response.code());
            }
        }
    }
}
