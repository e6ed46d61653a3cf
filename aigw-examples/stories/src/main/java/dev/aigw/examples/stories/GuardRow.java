package dev.aigw.examples.stories;

import dev.aigw.api.guard.ContentOrigin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * A row of a labelled file for guards.
 *
 * <p>The file is UTF-8, plain or gzip, one row a line, with a header and seven columns that tabs separate: id, split,
 * source, kind, language, label, text. The label is 1 for what a guard should find and 0 for what it should pass. In
 * the text, {@code \\}, {@code \t}, {@code \n} and {@code \r} stand for a backslash, a tab and the ends of lines.
 *
 * @param kind what it is, as the source says; mails, documents and results of tools are judged as such
 * @param bad whether a guard should find it
 */
record GuardRow(String id, String source, String kind, String language, boolean bad, String text) {

    /** Reads a file. */
    static List<GuardRow> read(Path file) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            return read(in);
        }
    }

    /** Reads a file that lies beside this class. */
    static List<GuardRow> resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(GuardRow.class.getResourceAsStream(name), "no resource named " + name)) {
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<GuardRow> read(InputStream in) throws IOException {
        List<GuardRow> rows = new ArrayList<>();
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        String header = reader.readLine();
        if (header == null || !header.startsWith("id\t")) {
            throw new IOException("the first line is not the header id, split, source, kind, language, label, text");
        }
        int number = 1;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            String[] cells = line.split("\t", -1);
            if (cells.length != 7) {
                throw new IOException("line " + number + " has " + cells.length + " columns: it should have 7");
            }
            rows.add(new GuardRow(cells[0], cells[2], cells[3], cells[4], cells[5].equals("1"), unescape(cells[6])));
        }
        return rows;
    }

    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            char next = text.charAt(++i);
            plain.append(next == 't' ? '\t' : next == 'n' ? '\n' : next == 'r' ? '\r' : next);
        }
        return plain.toString();
    }

    /** Returns where such a text would come from. */
    ContentOrigin origin() {
        String lower = kind.toLowerCase(Locale.ROOT);
        if (lower.contains("tool")) {
            return ContentOrigin.TOOL_RESULT;
        }
        return lower.contains("mail") || lower.contains("document") || lower.contains("indirect")
                ? ContentOrigin.DOCUMENT
                : ContentOrigin.USER;
    }

    /** Returns whether such a text would be written by a stranger. */
    boolean isForeign() {
        return origin().isForeign();
    }

    @Override
    public String toString() {
        return "GuardRow{" + id + ", " + source + ", " + (bad ? "bad" : "benign") + "}";
    }
}
