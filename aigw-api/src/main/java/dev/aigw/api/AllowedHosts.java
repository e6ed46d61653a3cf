package dev.aigw.api;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that calls may go to, and whether they must be encrypted. A router has one for all its calls, and an
 * adapter one for its own; a call goes out if both allow it. By default every host is allowed. Immutable.
 *
 * <pre>{@code
 * ModelRouter.builder()
 *     .allowedHosts(AllowedHosts.only("api.openai.com", "*.openai.azure.com", "10.20.0.0/16").httpsOnly())
 * }</pre>
 *
 * <p>What is checked is the host of the URL that is about to be called: of an adapter's base URL, of a deployment's, of
 * an instance found at run time, of a health check. The address behind a name is not checked, so a name whose DNS
 * answer changes (DNS rebinding) is allowed like any other answer of that name.
 */
public final class AllowedHosts {

    private static final AllowedHosts ANY = new AllowedHosts(null, false);
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern LITERAL =
            Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET + "|[0-9a-f:]*:[0-9a-f:.]*");
    private static final Pattern NAME = Pattern.compile("(?:\\*\\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?");
    private static final int ANY_PORT = -1;

    private final @Nullable List<Rule> rules;
    private final boolean httpsOnly;

    private AllowedHosts(@Nullable List<Rule> rules, boolean httpsOnly) {
        this.rules = rules;
        this.httpsOnly = httpsOnly;
    }

    /** A range of addresses: those of this width, in bits, whose first {@code bits} are {@code beginning}. */
    private record Range(BigInteger beginning, int bits, int width) {

        static Range of(byte[] address, int bits) {
            int width = address.length * 8;
            return new Range(new BigInteger(1, address).shiftRight(width - bits), bits, width);
        }

        boolean contains(byte[] address) {
            return equals(address.length * 8 == width ? of(address, bits) : null);
        }
    }

    /** One pattern. */
    private record Rule(String text, int port, @Nullable Range range) {

        boolean matches(String host, byte @Nullable [] address, int at) {
            if (port != ANY_PORT && port != at) {
                return false;
            }
            if (range != null || address != null) {
                return range != null && address != null && range.contains(address);
            }
            return text.startsWith("*.")
                    ? host.endsWith(text.substring(1)) && host.length() >= text.length()
                    : host.equals(text);
        }
    }

    /** Returns all hosts, encrypted or not. */
    public static AllowedHosts any() {
        return ANY;
    }

    /**
     * Returns some hosts.
     *
     * @param patterns host names such as {@code api.openai.com}, all names below a domain such as
     *     {@code *.openai.azure.com}, addresses, or ranges of addresses such as {@code 10.20.0.0/16} and
     *     {@code fd00::/8}; a name or address may have a port, as in {@code vllm.svc:8000} and {@code [::1]:8000}
     * @throws IllegalArgumentException if there is no pattern, or one of another form
     */
    public static AllowedHosts only(String... patterns) {
        if (patterns.length == 0) {
            throw new IllegalArgumentException("allowedHosts: there is no pattern: give one, such as api.openai.com");
        }
        return new AllowedHosts(rules(patterns), false);
    }

    /**
     * Returns these hosts and others.
     *
     * @throws IllegalArgumentException if a pattern is of no form that {@link #only} takes
     */
    public AllowedHosts and(String... patterns) {
        List<Rule> added = rules(patterns);
        if (rules == null) {
            return this;
        }
        List<Rule> all = new ArrayList<>(rules);
        all.addAll(added);
        return new AllowedHosts(List.copyOf(all), httpsOnly);
    }

    /**
     * Returns these hosts without plain HTTP, whether a call carries a credential or not. Plain HTTP to this machine's
     * own loopback addresses ({@code localhost}, {@code 127.0.0.0/8}, {@code ::1}) stays allowed where the host is: it
     * leaves no machine, and serves sidecars and local models.
     */
    public AllowedHosts httpsOnly() {
        return new AllowedHosts(rules, true);
    }

    /** Returns whether only some hosts are allowed. */
    public boolean isLimited() {
        return rules != null;
    }

    /**
     * Returns why a call may not go to a host, for a message; null if it may.
     *
     * @param scheme {@code http} or {@code https}, in lower case
     * @param host a name or an address, an IPv6 one with or without brackets
     * @param port the port, also where it is the scheme's usual one
     */
    public @Nullable String refusal(String scheme, String host, int port) {
        if (this == ANY) {
            return null;
        }
        String plain = plain(host);
        if (rules != null && !isListed(plain, port)) {
            return "the host " + plain + " is not one of allowedHosts(...): add it there, or remove what leads to it";
        }
        return httpsOnly && !scheme.equals("https") && !isLoopback(plain)
                ? "allowedHosts(...) allows no plain HTTP, as to " + plain + ": use an https:// base URL"
                : null;
    }

    private boolean isListed(String host, int port) {
        byte[] address = address(host);
        for (Rule rule : rules == null ? List.<Rule>of() : rules) {
            if (rule.matches(host, address, port)) {
                return true;
            }
        }
        return false;
    }

    private static List<Rule> rules(String... patterns) {
        List<Rule> rules = new ArrayList<>();
        for (String pattern : patterns) {
            rules.add(rule(pattern));
        }
        return List.copyOf(rules);
    }

    private static Rule rule(String pattern) {
        int slash = pattern.indexOf('/');
        if (slash >= 0) {
            byte[] first = address(plain(pattern.substring(0, slash)));
            int bits = number(pattern.substring(slash + 1), first == null ? -1 : first.length * 8);
            if (first == null || bits < 0) {
                throw noPattern(pattern);
            }
            return new Rule(pattern, ANY_PORT, Range.of(first, bits));
        }
        int colon = pattern.lastIndexOf(':');
        boolean hasPort =
                colon >= 0 && (pattern.indexOf(':') == colon || pattern.charAt(Math.max(0, colon - 1)) == ']');
        String host = plain(hasPort ? pattern.substring(0, colon) : pattern);
        int port = hasPort ? number(pattern.substring(colon + 1), 65_535) : ANY_PORT;
        byte[] address = address(host);
        if ((hasPort && port < 0) || (address == null && !NAME.matcher(host).matches())) {
            throw noPattern(pattern);
        }
        return new Rule(host, port, address == null ? null : Range.of(address, address.length * 8));
    }

    private static IllegalArgumentException noPattern(String pattern) {
        return new IllegalArgumentException("allowedHosts: \"" + pattern
                + "\" is no pattern: use a host without scheme and path, such as api.openai.com, *.openai.azure.com,"
                + " vllm.svc:8000 or 10.20.0.0/16");
    }

    /** Returns a number up to {@code most}, or -1. */
    private static int number(String text, int most) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int number = Integer.parseInt(text);
        return number <= most ? number : -1;
    }

    /** Returns a host in lower case, without brackets, and without the dot that may end a whole name. */
    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[") && lower.endsWith("]")) {
            return lower.substring(1, lower.length() - 1);
        }
        return lower.length() > 1 && lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Returns the bytes of an address; null for a name, which is not looked up. */
    private static byte @Nullable [] address(String host) {
        if (!LITERAL.matcher(host).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(host).getAddress(); // of a literal: it asks no server
        } catch (UnknownHostException none) {
            return null;
        }
    }

    private static boolean isLoopback(String host) {
        byte[] address = address(host);
        if (address == null) {
            return host.equals("localhost") || host.endsWith(".localhost");
        }
        return address.length == 4 ? address[0] == 127 : isOne(address);
    }

    private static boolean isOne(byte[] address) {
        for (int i = 0; i < address.length - 1; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[address.length - 1] == 1;
    }

    /** Returns the patterns. */
    @Override
    public String toString() {
        List<String> texts = new ArrayList<>();
        for (Rule rule : rules == null ? List.<Rule>of() : rules) {
            texts.add(rule.port() == ANY_PORT ? rule.text() : rule.text() + ":" + rule.port());
        }
        return "AllowedHosts" + (rules == null ? "[any]" : texts) + (httpsOnly ? " over HTTPS" : "");
    }
}
