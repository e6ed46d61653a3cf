package dev.aigw.api.batch;

import dev.aigw.api.Caller;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A handle as text: a version, then its fields, deflated, since ids tend to be alike, in base64. The checksum that ends
 * deflated data finds what was cut off or changed.
 */
final class HandleText {

    private static final String VERSION = "aigw-batch-1.";

    /** More than any vendor's largest batch of the longest ids. */
    private static final int MOST_BYTES = 256 * 1024 * 1024;

    private HandleText() {}

    static String write(BatchHandle handle) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            text(out, handle.id());
            text(out, handle.deployment());
            text(out, handle.model());
            text(out, handle.operation());
            text(out, handle.submitted().toString());
            out.writeBoolean(handle.metered());
            caller(out, handle.caller());
            out.writeInt(handle.tags().size());
            for (Map.Entry<String, String> tag : handle.tags().entrySet()) {
                text(out, tag.getKey());
                text(out, tag.getValue());
            }
            out.writeInt(handle.parts().size());
            for (BatchPart part : handle.parts()) {
                text(out, part.id());
                texts(out, part.items());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to memory does not fail
        }
        return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    private static void caller(DataOutputStream out, Caller caller) throws IOException {
        optional(out, caller.tenant());
        optional(out, caller.user());
        optional(out, caller.tier());
        optional(out, caller.key());
        texts(out, List.copyOf(caller.roles()));
    }

    private static void optional(DataOutputStream out, @Nullable String text) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            text(out, text);
        }
    }

    private static void texts(DataOutputStream out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            text(out, text);
        }
    }

    /** Writes a text of any length. */
    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static BatchHandle read(String text) {
        String stored = text.strip();
        if (!stored.startsWith(VERSION)) {
            throw new IllegalArgumentException("the text is not the handle of a batch of this version: it should begin"
                    + " with " + VERSION + "; store what BatchHandle.text() returns, unchanged");
        }
        try (InputStream bytes = new InflaterInputStream(
                        new ByteArrayInputStream(Base64.getUrlDecoder().decode(stored.substring(VERSION.length()))));
                DataInputStream in = new DataInputStream(new ByteArrayInputStream(whole(bytes)))) {
            BatchHandle handle = read(in);
            if (in.read() >= 0) {
                throw new IOException("more than a handle");
            }
            return handle;
        } catch (IOException | IllegalArgumentException | IllegalStateException | DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "the handle of a batch was cut off or changed: store all of BatchHandle.text(), which is longer the"
                            + " more items a batch has",
                    e);
        }
    }

    /** Returns all bytes, whose checksum is right. */
    private static byte[] whole(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MOST_BYTES);
        if (bytes.length == MOST_BYTES || in.read() >= 0) {
            throw new IOException("too large");
        }
        return bytes;
    }

    private static BatchHandle read(DataInputStream in) throws IOException {
        BatchHandle.Builder handle = BatchHandle.builder()
                .id(text(in))
                .deployment(text(in))
                .model(text(in))
                .operation(text(in))
                .submitted(Instant.parse(text(in)))
                .metered(in.readBoolean())
                .caller(caller(in));
        Map<String, String> tags = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            tags.put(text(in), text(in));
        }
        handle.tags(tags);
        for (int left = in.readInt(); left > 0; left--) {
            handle.part(new BatchPart(text(in), texts(in)));
        }
        return handle.build();
    }

    private static Caller caller(DataInputStream in) throws IOException {
        Caller.Builder caller = Caller.builder();
        if (in.readBoolean()) {
            caller.tenant(text(in));
        }
        if (in.readBoolean()) {
            caller.user(text(in));
        }
        if (in.readBoolean()) {
            caller.tier(text(in));
        }
        if (in.readBoolean()) {
            caller.key(text(in));
        }
        texts(in).forEach(caller::role);
        return caller.build();
    }

    private static List<String> texts(DataInputStream in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            texts.add(text(in));
        }
        return texts;
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = length < 0 ? new byte[0] : in.readNBytes(length);
        if (bytes.length != length) {
            throw new IOException("a text is cut off");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
