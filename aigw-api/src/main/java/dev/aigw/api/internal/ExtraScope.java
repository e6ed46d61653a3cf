package dev.aigw.api.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The scopes of a request's extra fields. A name is {@code field}, which belongs to the vendor that is asked first, or
 * {@code vendor/field}, where the vendor {@code *} means all. Of fields with one name the narrowest scope wins.
 * Thread-safe.
 */
public final class ExtraScope {

    private static final String ALL = "*/";
    private static final String ROUTER = "aigw/";

    private ExtraScope() {}

    /**
     * Returns the name of a field for one vendor.
     *
     * @throws IllegalArgumentException if the vendor is blank or has a slash
     */
    public static String of(String vendor, String name) {
        if (vendor.isBlank() || vendor.indexOf('/') >= 0) {
            throw new IllegalArgumentException("the vendor of the extra field \"" + name + "\" is \"" + vendor
                    + "\": give the name of an adapter, such as \"anthropic\"");
        }
        return vendor + "/" + name;
    }

    /** Returns the name of a field for all vendors. */
    public static String ofAll(String name) {
        return ALL + name;
    }

    /** Returns the name of a field for the router itself, which no vendor is sent. */
    public static String ofRouter(String name) {
        return ROUTER + name;
    }

    /** Returns whether a field is for the router itself. */
    public static boolean isOfRouter(String name) {
        return name.startsWith(ROUTER);
    }

    private static boolean isScoped(String name) {
        return name.indexOf('/') >= 0;
    }

    /**
     * Returns the fields that are sent to a vendor, by their names without scopes; {@code extra} itself if none has a
     * scope and all are sent.
     *
     * @param first whether the vendor is the one that is asked first
     * @param vendors the names that the vendor is known by
     */
    public static Map<String, ?> sentTo(Map<String, ?> extra, boolean first, String... vendors) {
        boolean plain = first;
        for (String name : extra.keySet()) {
            plain &= !isScoped(name);
        }
        if (plain) {
            return extra;
        }
        Map<String, @Nullable Object> sent = new LinkedHashMap<>();
        put(extra, ALL, sent);
        if (first) {
            extra.forEach((name, value) -> {
                if (!isScoped(name)) {
                    sent.put(name, value);
                }
            });
        }
        for (String vendor : vendors) {
            put(extra, vendor + "/", sent);
        }
        return sent;
    }

    private static void put(Map<String, ?> extra, String scope, Map<String, @Nullable Object> to) {
        extra.forEach((name, value) -> {
            if (name.startsWith(scope)) {
                to.put(name.substring(scope.length()), value);
            }
        });
    }
}
