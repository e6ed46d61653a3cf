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

/** Lines of which each has the SHA-256 hash of the line before. */
final class AuditChain {

    /** Stands for the hash before the first line. */
    static final String START = "0".repeat(64);

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
        List<String> breaches = new ArrayList<>();
        String expected = null; // older files may have been deleted
        for (Path file : files) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                int number = 0;
                for (byte[] line = next(in); line != null; line = next(in)) {
                    number++;
                    String previous = AuditLine.previous(new String(line, StandardCharsets.UTF_8));
                    if (previous == null) {
                        breaches.add(file.getFileName() + ":" + number + " has no hash of the line before");
                    } else if (expected != null && !previous.equals(expected)) {
                        breaches.add(file.getFileName() + ":" + number + " does not follow the line before");
                    }
                    expected = hash(line);
                }
            }
        }
        return breaches;
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
