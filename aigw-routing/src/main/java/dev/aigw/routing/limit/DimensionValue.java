package dev.aigw.routing.limit;

import dev.aigw.api.Caller;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The text that stands for a dimension's value in keys, messages and reports. Different values have different texts:
 *
 * <ul>
 *   <li>no value is the empty text, the empty value is {@code %};
 *   <li>a percent sign is {@code %25}; in tenants and users of {@link Dimension#CALLER}, a slash is {@code %2F};
 *   <li>of a value of more than 200 characters, its beginning and a digest of the whole.
 * </ul>
 */
final class DimensionValue {

    /** The text for all values that exceed a limit's number of keys. */
    static final String OTHERS = "%others";

    static final String NONE = "";
    static final String EMPTY = "%";

    private static final int LONGEST = 200;
    private static final int SHOWN = 64;

    private DimensionValue() {}

    static String of(@Nullable String value) {
        if (value == null) {
            return NONE;
        }
        if (value.isEmpty()) {
            return EMPTY;
        }
        String escaped = value.indexOf('%') < 0 ? value : value.replace("%", "%25");
        return escaped.length() <= LONGEST ? escaped : shortened(escaped);
    }

    /** Returns {@code tenant}, {@code tenant/user} or {@code /user}; no value for a caller without both. */
    static String of(Caller caller) {
        String tenant = of(caller.tenant()).replace("/", "%2F");
        return caller.user() == null ? tenant : tenant + "/" + of(caller.user()).replace("/", "%2F");
    }

    private static String shortened(String escaped) {
        int end = Character.isHighSurrogate(escaped.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN;
        return escaped.substring(0, end) + "%sha256-" + digest(escaped);
    }

    private static String digest(String text) {
        try {
            ByteBuffer units = ByteBuffer.allocate(Character.BYTES * text.length()); // a charset loses lone surrogates
            units.asCharBuffer().put(text);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(units.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
