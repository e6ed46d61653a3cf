package dev.aigw.routing.catalog;

import dev.aigw.routing.engine.time.Durations;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances of a scaled service: each base URL is a separate deployment with its own balancing, limits, cooldowns
 * and breaker. Safe for use by many threads.
 *
 * <pre>{@code
 * model.deployment("vllm/llama-3", deployment -> deployment
 *     .instances(Instances.dns("http://llama.models.svc:8000/v1").every(Duration.ofSeconds(10))));
 * }</pre>
 *
 * <p>A host name or a supplier is looked up when the router is built and at an interval while it is open; calls under
 * way keep the instance they have. If a lookup fails, the last known instances stay and the failure is logged. The
 * statistics of an instance that disappears are dropped.
 */
public final class Instances {

    private static final Logger log = LoggerFactory.getLogger(Instances.class);
    private static final Duration DEFAULT_EVERY = Duration.ofSeconds(30);

    /** Finds the addresses of a host. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final Supplier<? extends Collection<String>> supplier;
    private final @Nullable Duration every;
    private volatile @Nullable List<String> known;

    private Instances(Supplier<? extends Collection<String>> supplier, @Nullable Duration every) {
        this.supplier = Objects.requireNonNull(supplier, "supplier");
        this.every = every;
    }

    /**
     * Returns a fixed list of instances.
     *
     * @throws IllegalArgumentException if there is none, or one is not a URL, or holds a user name or password
     */
    public static Instances of(String... baseUrls) {
        if (baseUrls.length == 0) {
            throw new IllegalArgumentException("there is no instance: give at least one base URL");
        }
        List<String> urls = List.of(baseUrls);
        urls.forEach(Instances::checked);
        return new Instances(() -> urls, null);
    }

    /**
     * Returns one instance for each address of the host of {@code baseUrl}, looked up every 30 seconds; the JVM's DNS
     * cache ({@code networkaddress.cache.ttl}) may keep addresses longer.
     *
     * @throws IllegalArgumentException if it is not an {@code http} URL: certificates are issued for names, so
     *     instances with TLS need {@link #from a supplier} of their own names
     */
    public static Instances dns(String baseUrl) {
        return dns(baseUrl, InetAddress::getAllByName);
    }

    static Instances dns(String baseUrl, Resolver resolver) {
        String shown = checked(baseUrl).text();
        URI uri;
        try {
            uri = new URI(baseUrl);
        } catch (URISyntaxException e) { // its message shows the whole URL
            throw new IllegalArgumentException(
                    "instances of \"" + shown + "\": it is not well-formed: " + e.getReason());
        }
        String host = uri.getHost();
        if (!"http".equals(uri.getScheme()) || host == null) {
            throw new IllegalArgumentException("instances of \"" + shown
                    + "\": use a URL such as http://service:8000/v1, or Instances.from(supplier) for servers with TLS");
        }
        return new Instances(() -> addresses(uri, host, resolver), DEFAULT_EVERY);
    }

    private static List<String> addresses(URI uri, String host, Resolver resolver) {
        List<String> urls = new ArrayList<>();
        try {
            for (InetAddress address : resolver.resolve(host)) {
                String literal = address.getHostAddress();
                String place = literal.indexOf(':') < 0 ? literal : "[" + literal + "]";
                urls.add("http://" + place + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + uri.getRawPath()
                        + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
            }
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the host " + host + " has no address now", e);
        }
        return urls;
    }

    /** Returns the instances that {@code supplier} returns, called every 30 seconds. It may block and may throw. */
    public static Instances from(Supplier<? extends Collection<String>> supplier) {
        return new Instances(supplier, DEFAULT_EVERY);
    }

    /**
     * Returns these instances, looked up at this interval.
     *
     * @throws IllegalArgumentException if the interval is not positive
     * @throws IllegalStateException if these never change
     */
    public Instances every(Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException(
                    "instances every " + Durations.text(interval) + ": use a positive interval");
        }
        if (every == null) {
            throw new IllegalStateException("these instances never change: use Instances.dns or Instances.from");
        }
        return new Instances(supplier, interval);
    }

    /** Returns the interval of lookups, or null if these never change. */
    public @Nullable Duration interval() {
        return every;
    }

    /** Returns the base URLs known now, in order; looks them up the first time. */
    List<String> current() {
        List<String> urls = known;
        if (urls == null) {
            refresh();
            urls = known;
        }
        return urls == null ? List.of() : urls;
    }

    /** Looks the instances up; returns whether they have changed. */
    public boolean refresh() {
        List<String> before = known;
        try {
            List<String> urls = List.copyOf(new TreeSet<>(supplier.get()));
            urls.forEach(Instances::checked);
            known = urls;
            return !urls.equals(before);
        } catch (RuntimeException e) {
            log.warn(
                    "the instances of a deployment could not be looked up; {} stay",
                    before == null ? "none" : before.size(),
                    e);
            if (before == null) {
                known = List.of();
            }
            return false;
        }
    }

    private static Place checked(String baseUrl) {
        try {
            return Place.of(baseUrl);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("instances: " + e.getMessage(), e);
        }
    }

    /** Returns the instances known now, without queries. */
    @Override
    public String toString() {
        List<String> urls = known;
        return "Instances"
                + (urls == null
                        ? "[not looked up]"
                        : urls.stream().map(url -> Place.of(url).text()).toList());
    }
}
