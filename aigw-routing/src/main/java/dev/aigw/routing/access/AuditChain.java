package dev.aigw.routing.access;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines of which each has the SHA-256 hash of the line before. Not safe for use by several threads. */
final class AuditChain {

    /** Stands for the hash before the first line. */
    static final String START = "0".repeat(64);

    private final List<String> breaches = new ArrayList<>();

    /** Lines without a hash, for which the next one may vouch. */
    private final List<String> unchained = new ArrayList<>();

    private boolean begun;
    private @Nullable String before; // unknown at first: older files may have been deleted

    private AuditChain() {}

    /** Returns the hash of a line, without its end, in hexadecimal digits. */
    static String hash(byte[] line) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(line));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns where the chain of these files is broken, as text for people. */
    static List<String> breaches(List<Path> files) throws IOException {
        AuditChain chain = new AuditChain();
        for (Path file : files) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                int number = 0;
                for (byte[] line = next(in); line != null; line = next(in)) {
                    chain.add(file.getFileName() + ":" + ++number, line);
                }
            }
        }
        boolean cutOff = !files.isEmpty() && AuditTail.isCutOff(files.get(files.size() - 1));
        if (cutOff && chain.begun && !chain.unchained.isEmpty()) {
            chain.unchained.remove(chain.unchained.size() - 1); // the next line that is written vouches for it
        }
        chain.breaches.addAll(chain.unchained);
        return List.copyOf(chain.breaches);
    }

    private void add(String place, byte[] line) {
        String previous = AuditLine.previous(new String(line, StandardCharsets.UTF_8));
        if (previous == null) {
            if (begun || unchained.isEmpty()) {
                unchained.add(place + " has no hash of the line before");
            }
        } else {
            boolean follows = before == null || previous.equals(before);
            if (!follows || unchained.size() > 1) {
                breaches.addAll(unchained);
            }
            unchained.clear(); // a single one is vouched for: cut off by a crash, or older than the chain
            if (!follows) {
                breaches.add(place + " does not follow the line before");
            }
        }
        begun |= previous != null;
        before = hash(line);
    }

    private static byte @Nullable [] next(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            line.write(c);
            c = in.read();
        }
        return line.toByteArray();
    }
}
