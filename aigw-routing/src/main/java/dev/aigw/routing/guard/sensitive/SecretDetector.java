package dev.aigw.routing.guard.sensitive;

import dev.aigw.api.internal.SetOnce;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds secrets in texts:
 *
 * <ul>
 *   <li>{@link EntityType#API_KEY}: keys of some 250 kinds of more than 150 vendors, by their published shapes;
 *   <li>{@link EntityType#PRIVATE_KEY}: PEM (also on one line, and with {@code \n} in JSON), OpenSSH, PGP, PuTTY, JSON
 *       Web Keys, and PKCS #1 and #8 in bare base64;
 *   <li>{@link EntityType#JWT}: tokens whose header can be decoded;
 *   <li>{@link EntityType#CONNECTION_STRING}: the password in a URL, or in a string such as
 *       {@code server=db;password=…};
 *   <li>{@link EntityType#PASSWORD}: a value by its context: {@code password = …}, {@code "api_key": "…"},
 *       {@code export TOKEN=…}, {@code --token …}, basic authentication, "my password is …" in ten languages.
 * </ul>
 *
 * <p>Placeholders such as {@code <your-key>}, {@code xxxx}, {@code ${TOKEN}} or {@code changeme}, hashes, UUIDs and
 * random strings without a context are not reported. A span covers the secret alone: of a URL the password, so that the
 * model still sees the host.
 *
 * <pre>{@code
 * SecretDetector secrets = SecretDetector.builder()
 *     .shapes(Path.of("our-shapes.txt"))
 *     .ignore("Zt7-public-demo-key")
 *     .build();
 * }</pre>
 *
 * <p>Immutable and safe for use by many threads. It reads a text once and takes time in proportion to its length: some
 * tens of microseconds for 2 KB.
 */
public final class SecretDetector implements EntityDetector {

    private static final int LONGEST_HELD = 4096;
    private static final int LONGEST_KEY = 8192;

    private static final String BUILT_IN = "secret-shapes.txt";

    /** Parts of a text that belong to a secret but to no vendor. */
    private enum Mark {
        PEM("-----begin "),
        SSH2("---- begin "),
        PUTTY("putty-user-key-file-"),
        JWT("eyj"),
        URL("://"),
        ORACLE("oracle:thin:"),
        BASIC("basic "),
        CURL("curl"),
        USER_FLAG("-u "),
        USER_OPTION("--user"),
        KTY("\"kty\""),
        JWK_D("\"d\""),
        JWK_K("\"k\""),
        USER("user"),
        LOGIN("login"),
        USER_ID("uid"),
        MAIL("mail");

        private final String word;

        Mark(String word) {
            this.word = word;
        }
    }

    /** What to do where a word ends. */
    private static final class Hit {
        final int length;
        final List<SecretShape> shapes = new ArrayList<>();
        final List<SecretShape> after = new ArrayList<>();
        final List<Mark> marks = new ArrayList<>();
        final List<SecretWord> words = new ArrayList<>();

        Hit(int length) {
            this.length = length;
        }
    }

    private final SecretAutomaton automaton;
    private final Hit[] hits;
    private final Set<String> ignored;

    private SecretDetector(Builder builder) {
        List<SecretShape> shapes = new ArrayList<>(builder.shapes);
        if (!builder.withoutBuiltInShapes) {
            shapes.addAll(0, BuiltIn.SHAPES);
        }
        Map<String, Hit> byWord = new LinkedHashMap<>();
        for (SecretShape shape : shapes) {
            for (String word : shape.after()) {
                hit(byWord, word).after.add(shape);
            }
            if (shape.after().isEmpty()) {
                for (String anchor : shape.pattern().anchors()) {
                    hit(byWord, lowerCase(anchor)).shapes.add(shape);
                }
            }
        }
        for (Mark mark : Mark.values()) {
            hit(byWord, mark.word).marks.add(mark);
        }
        if (!builder.withoutContext) {
            for (SecretWord word : SecretWord.ALL) {
                hit(byWord, word.word()).words.add(word);
            }
        }
        automaton = new SecretAutomaton(List.copyOf(byWord.keySet()));
        hits = byWord.values().toArray(new Hit[0]);
        ignored = Set.copyOf(builder.ignored);
    }

    private static Hit hit(Map<String, Hit> byWord, String word) {
        return byWord.computeIfAbsent(word, w -> new Hit(w.length()));
    }

    private static String lowerCase(String word) {
        StringBuilder lower = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            lower.append(Character.toLowerCase(c));
        }
        return lower.toString();
    }

    /** Returns a detector with the built-in shapes and contexts. */
    public static SecretDetector create() {
        return builder().build();
    }

    /** Returns a builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public List<Entity> find(String text) {
        SecretScan scan = new SecretScan(text);
        int state = automaton.start();
        for (int i = 0, n = text.length(); i < n; i++) {
            state = automaton.next(state, text.charAt(i));
            if (automaton.isEnding(state)) {
                for (int word : automaton.endings(state)) {
                    apply(hits[word], scan, i + 1);
                }
            }
        }
        List<Entity> found = scan.result();
        return ignored.isEmpty() ? found : withoutIgnored(found, text);
    }

    private List<Entity> withoutIgnored(List<Entity> found, String text) {
        return found.stream()
                .filter(entity -> !ignored.contains(text.substring(entity.start(), entity.end())))
                .toList();
    }

    private static void apply(Hit hit, SecretScan scan, int end) {
        int start = end - hit.length;
        for (SecretShape shape : hit.shapes) {
            scan.shape(shape, start, end);
        }
        if (!hit.after.isEmpty()) {
            scan.after(hit.after, start, end);
        }
        for (Mark mark : hit.marks) {
            mark(mark, scan, start, end);
        }
        for (SecretWord word : hit.words) {
            Entity entity = scan.context().find(word, start, end);
            if (entity != null) {
                scan.add(entity);
            }
        }
    }

    private static void mark(Mark mark, SecretScan scan, int start, int end) {
        switch (mark) {
            case PEM, SSH2 -> scan.keys().pem(start, end);
            case PUTTY -> scan.keys().putty(start);
            case JWT -> scan.jwt(start);
            case URL -> scan.url(end);
            case ORACLE -> scan.oracle(end);
            case BASIC -> scan.basic(end);
            case CURL -> scan.curl(end);
            case USER_FLAG, USER_OPTION -> scan.user(end);
            case KTY -> scan.keys().kty(end);
            case JWK_D, JWK_K -> scan.keys().jwk(end);
            case USER, LOGIN, USER_ID, MAIL -> scan.context().user(end);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Besides the last run of characters, of which at most 4,096 are held back, a private key whose end has not
     * arrived is held back from its first line on, up to 8,192 characters.
     */
    @Override
    public int undecidedFrom(String text) {
        int from = text.length();
        int bound = Math.max(0, from - LONGEST_HELD);
        while (from > bound && !Character.isWhitespace(text.charAt(from - 1))) {
            from--;
        }
        return Math.min(openPhrase(text, from), unfinishedKey(text));
    }

    /** Returns where a quoted password begins whose end has not arrived and that may have blanks in it. */
    private int openPhrase(String text, int otherwise) {
        int bound = Math.max(1, text.length() - SecretContext.LONGEST_PHRASE - 1);
        for (int i = text.length() - 1; i >= bound; i--) {
            char c = text.charAt(i);
            if (c == '\n') {
                return otherwise;
            }
            if (c == '"' || c == '\'' || c == '`') {
                return isAfterWord(text, i) ? Math.min(i, otherwise) : otherwise;
            }
        }
        return otherwise;
    }

    private boolean isAfterWord(String text, int quote) {
        int state = automaton.start();
        for (int i = Math.max(0, quote - 48); i < quote; i++) {
            state = automaton.next(state, text.charAt(i));
            if (automaton.isEnding(state)) {
                for (int word : automaton.endings(state)) {
                    if (!hits[word].words.isEmpty()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Returns where a private key begins whose end has not arrived; the length of the text if there is none. */
    private static int unfinishedKey(String text) {
        int bound = Math.max(0, text.length() - LONGEST_KEY);
        boolean ending = false;
        for (int i = text.length() - 1; i >= bound; i--) {
            char c = text.charAt(i);
            if (c == 'P' && text.startsWith("Private-Lines:", i)) {
                return i;
            }
            if (c == 'P' && text.startsWith("Private-MAC:", i)) {
                return text.length();
            }
            if (c == 'E' && text.startsWith("END ", i) && isBehindHyphen(text, i)) {
                if (text.indexOf("----", i) >= 0) {
                    return text.length();
                }
                ending = true;
            }
            if (c == 'B' && text.startsWith("BEGIN ", i) && isBehindHyphen(text, i)) {
                return isOfPrivateKey(text, i) ? frameStart(text, i) : text.length();
            }
        }
        // The beginning is so far away that nothing of the key can be held back.
        return ending ? bound : text.length();
    }

    private static boolean isBehindHyphen(String text, int at) {
        return at > 1 && (text.charAt(at - 1) == '-' || (text.charAt(at - 1) == ' ' && text.charAt(at - 2) == '-'));
    }

    /** Returns whether the label that begins here is of a private key, or not complete. */
    private static boolean isOfPrivateKey(String text, int at) {
        int end = text.indexOf("---", at);
        return end < 0 || text.substring(at, Math.min(end, at + 80)).contains("PRIVATE KEY");
    }

    private static int frameStart(String text, int at) {
        int start = at;
        while (start > 0 && at - start < 6 && (text.charAt(start - 1) == '-' || text.charAt(start - 1) == ' ')) {
            start--;
        }
        return start;
    }

    @Override
    public String toString() {
        return "SecretDetector";
    }

    /** Loaded once, when the first detector is built. */
    private static final class BuiltIn {
        static final List<SecretShape> SHAPES = read();

        private static List<SecretShape> read() {
            try (InputStream in = SecretDetector.class.getResourceAsStream(BUILT_IN)) {
                if (in == null) {
                    throw new IllegalStateException(
                            BUILT_IN + " is missing from the jar: this is a bug in aigw-routing");
                }
                return SecretShape.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), BUILT_IN);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + BUILT_IN, e);
            }
        }
    }

    /** Builds a {@link SecretDetector}. Not safe for use by several threads. */
    public static final class Builder {

        private final SetOnce once = new SetOnce("SecretDetector: ");
        private final List<SecretShape> shapes = new ArrayList<>();
        private final List<String> ignored = new ArrayList<>();
        private boolean withoutBuiltInShapes;
        private boolean withoutContext;

        private Builder() {}

        /**
         * Adds the shapes of a file, in UTF-8, one a line: name, pattern, options or {@code -}, source, separated by
         * white space. The head of {@code secret-shapes.txt}, in the jar beside this class, describes the format.
         *
         * <pre>
         * our-key   acme_(live|test)_[0-9a-f]{32}   mixed               https://acme.example/keys
         * our-id    [0-9]{12}                       after=acme_account  internal
         * </pre>
         *
         * @throws IllegalArgumentException if a line cannot be read; the message names it
         * @throws UncheckedIOException if the file cannot be read
         */
        public Builder shapes(Path file) {
            try {
                shapes.addAll(SecretShape.read(Files.readString(file), String.valueOf(file.getFileName())));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
            return this;
        }

        /**
         * Adds one shape, as a line of a file of shapes: see {@link #shapes(Path)}.
         *
         * @throws IllegalArgumentException if it cannot be read
         */
        public Builder shape(String line) {
            shapes.addAll(SecretShape.read(line, "the shape"));
            return this;
        }

        /** Adds values that are not secrets although they look like some, such as a public key of a demonstration. */
        public Builder ignore(String... values) {
            ignored.addAll(List.of(values));
            return this;
        }

        /**
         * Leaves the built-in shapes out, so that only your own are looked for; by default they are used. Private keys,
         * JWTs, URLs and contexts stay.
         */
        public Builder withoutBuiltInShapes() {
            once.check(0, "withoutBuiltInShapes");
            withoutBuiltInShapes = true;
            return this;
        }

        /**
         * Reports no value for the word before it alone, such as {@code password = …}; by default such values are
         * reported as {@link EntityType#PASSWORD}. It is for texts that are full of made-up passwords, such as manuals.
         */
        public Builder withoutContext() {
            once.check(1, "withoutContext");
            withoutContext = true;
            return this;
        }

        /** Builds the detector. */
        public SecretDetector build() {
            return new SecretDetector(this);
        }
    }
}
