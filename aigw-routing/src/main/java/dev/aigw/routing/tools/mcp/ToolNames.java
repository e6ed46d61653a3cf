package dev.aigw.routing.tools.mcp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Fits the names of servers' tools to what all vendors take, 64 letters, digits, {@code _} and {@code -}, so that no
 * two are the same. A name depends on the names of all tools, not on their order.
 */
final class ToolNames {

    private static final int MOST_CHARS = 64;
    private static final int HASH_CHARS = 8;

    /** A tool's own name, and its server's. */
    record Origin(String server, String tool) {}

    private ToolNames() {}

    /**
     * Returns a name for each: its own where no other tool has it, else with its server's before it.
     *
     * @param prefixed whether each has its server's name before it
     */
    static List<String> fit(List<Origin> origins, boolean prefixed) {
        Map<String, Integer> plain = new HashMap<>();
        origins.forEach(origin -> plain.merge(fit(origin.tool), 1, Integer::sum));
        List<String> names = new ArrayList<>(origins.size());
        Map<String, Integer> taken = new HashMap<>();
        for (Origin origin : origins) {
            String own = fit(origin.tool);
            String name = prefixed || plain.getOrDefault(own, 0) > 1 ? fit(origin.server + "_" + origin.tool) : own;
            names.add(name);
            taken.merge(name, 1, Integer::sum);
        }
        for (int i = 0; i < names.size(); i++) {
            if (taken.getOrDefault(names.get(i), 0) > 1) {
                Origin origin = origins.get(i);
                names.set(i, shortened(names.get(i), origin.server + "\n" + origin.tool));
            }
        }
        return names;
    }

    private static String fit(String name) {
        StringBuilder fitting = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            fitting.append(isAllowed(name.charAt(i)) ? name.charAt(i) : '_');
        }
        return fitting.isEmpty() || fitting.length() > MOST_CHARS
                ? shortened(fitting.toString(), name)
                : fitting.toString();
    }

    private static String shortened(String fitting, String whole) {
        int kept = Math.min(fitting.length(), MOST_CHARS - HASH_CHARS - 1);
        return fitting.substring(0, kept) + "_" + hash(whole);
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
