package dev.aigw.routing.guard.screening;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.StreamChecking;
import dev.aigw.api.internal.SetOnce;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A guard that finds words, patterns and whole messages of a list: a threat feed, code names, what an incident taught.
 * Safe for use by many threads. Nothing needs to be closed.
 *
 * <pre>{@code
 * DenyList feed = DenyList.builder("feed").file(Path.of("deny.txt")).build();
 * DenyList names = DenyList.builder("codename")
 *     .entry(DenyEntry.word("Project Falcon"))
 *     .action(GuardAction.REDACT)
 *     .build();
 * }</pre>
 *
 * <p>A check reads a text once, however many words there are, and once more for patterns. A list of 100,000 words takes
 * a few MB; {@link Status#memoryBytes()} says how many.
 *
 * <p>A file has one entry a line, in UTF-8; empty lines and lines with {@code #} in front are skipped:
 *
 * <pre>
 * # kind, options, a colon, and the value
 * word: Project Falcon
 * text rule=jailbreak-kit: enable developer mode v2
 * word rule=codename action=redact: Blue Heron
 * pattern rule=ticket action=annotate: (?i)\bproj-[0-9]{4}\b
 * sha256 rule=feed: 5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
 * exact-sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
 * </pre>
 *
 * <p>A line of 64 hexadecimal digits alone is a {@code sha256}. A list that is meant to be empty has the line
 * {@code none}, so that a file cut to nothing does not switch the guard off. Replace a file in one step, by a move: if
 * a file cannot be read, the entries read before stay in use, and the log and {@link #status()} say why.
 *
 * <p>In streamed replies, the guard holds back only what may become an entry. An entry of a hash needs the whole reply:
 * with one in the list, the caller gets the text at the end.
 */
public final class DenyList implements Guard {

    private static final int CONTEXT = 64;

    private final String name;
    private final DenySource source;
    private final String replacement;
    private final int patternReach;

    private DenyList(Builder builder, DenySource source) {
        this.name = builder.name;
        this.source = source;
        this.replacement = builder.replacement;
        this.patternReach = builder.patternReach;
    }

    /**
     * Starts a list.
     *
     * @param name its name, which is also the rule of its findings, unless an entry has another
     * @throws IllegalArgumentException if it is not 1 to 64 letters, digits, dots, hyphens and underscores
     */
    public static Builder builder(String name) {
        return new Builder(DenyEntry.checkedRule(name));
    }

    @Override
    public String name() {
        return name;
    }

    /** Returns {@link Guard.Effort#MEMORY}. */
    @Override
    public Effort effort() {
        return Effort.MEMORY;
    }

    @Override
    public StreamChecking streaming() {
        DenyTable table = source.current();
        if (table.hasHashes()) {
            return StreamChecking.whole();
        }
        int reach = table.patterns() == null ? 0 : patternReach;
        int longest = Math.max(table.phrases().maxLength(), reach);
        return StreamChecking.window(longest + CONTEXT, longest);
    }

    @Override
    public GuardVerdict check(Inspection inspection) {
        DenyTable table = source.table();
        List<GuardFinding> findings = new ArrayList<>(0);
        boolean open = !inspection.isComplete();
        int undecidedFrom = -1;
        List<GuardedPart> parts = inspection.parts();
        for (int first = 0; first < parts.size(); ) {
            int end = open ? first + 1 : endOfMessage(parts, first);
            DenyScan scan = scan(table, parts.subList(first, end), open);
            if (scan != null) {
                scan.report(first, lengths(parts.subList(first, end)), replacement, findings);
                undecidedFrom = scan.undecidedFrom();
            }
            first = end;
        }
        GuardVerdict verdict = GuardVerdict.of(findings);
        return open && undecidedFrom >= 0 ? verdict.undecidedFrom(undecidedFrom) : verdict;
    }

    /** Scans the parts of one message: each by itself, and several as one text as well, since a model reads them so. */
    private @Nullable DenyScan scan(DenyTable table, List<GuardedPart> parts, boolean open) {
        int reach = table.patterns() == null ? 0 : patternReach;
        if (parts.size() == 1) {
            String text = parts.get(0).text();
            return text == null || text.isEmpty() ? null : new DenyScan(table, text, open, reach);
        }
        StringBuilder joined = new StringBuilder();
        parts.forEach(part -> joined.append(part.text()));
        DenyScan scan = new DenyScan(table, joined.toString(), false, reach);
        int at = 0;
        for (GuardedPart part : parts) {
            String text = String.valueOf(part.text());
            if (!text.isEmpty()) {
                scan.include(new DenyScan(table, text, false, reach), at);
            }
            at += text.length();
        }
        return scan;
    }

    /**
     * Returns the index behind the texts that follow each other in one message, such as messages[2].parts[0] and [1].
     */
    private static int endOfMessage(List<GuardedPart> parts, int first) {
        GuardedPart begun = parts.get(first);
        int prefix = begun.path().lastIndexOf('[');
        int end = first + 1;
        if (begun.text() == null || prefix < 0 || begun.path().lastIndexOf(']', prefix) < 0) {
            return end;
        }
        while (end < parts.size()) {
            GuardedPart next = parts.get(end);
            if (next.text() == null
                    || next.origin() != begun.origin()
                    || next.path().lastIndexOf('[') != prefix
                    || !next.path().regionMatches(0, begun.path(), 0, prefix)) {
                break;
            }
            end++;
        }
        return end;
    }

    private static int[] lengths(List<GuardedPart> parts) {
        return parts.stream()
                .mapToInt(part -> part.text() == null ? 0 : part.text().length())
                .toArray();
    }

    /**
     * Reads the file or asks the supplier now, in the calling thread. A file that has not changed is not read.
     *
     * @return whether its entries are in use; false if it cannot be read, so that those read before stay
     */
    public boolean refresh() {
        return source.refresh();
    }

    /** Returns what is in use. */
    public Status status() {
        DenyTable table = source.current();
        return new Status(table.size(), table.bytes(), source.loadedAt(), source.failure());
    }

    @Override
    public String toString() {
        return "DenyList{" + name + ", " + source.current().size() + " entries}";
    }

    /**
     * What a list has in use.
     *
     * @param entries how many entries
     * @param memoryBytes how much memory they take; what RE2/J makes of patterns is not in it
     * @param loadedAt when they were read
     * @param failure why reading them again failed, without content; null if it did not
     */
    public record Status(
            int entries,
            long memoryBytes,
            Instant loadedAt,
            @Nullable String failure) {}

    /**
     * Builds a {@link DenyList}. Setting the same thing twice throws {@link IllegalStateException}; entries add up. Not
     * safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce("DenyList.builder(): ");
        private final String name;
        private final List<DenyEntry> entries = new ArrayList<>();
        private @Nullable Path file;
        private @Nullable Supplier<List<DenyEntry>> supplier;
        private Duration refreshEvery = Duration.ofSeconds(10);
        private GuardAction action = GuardAction.BLOCK;
        private String replacement = "[removed]";
        private int patternReach = 64;
        private long maximumBytes = 64L << 20;
        private LongSupplier clock = System::nanoTime;
        private Executor executor = DenySource.OWN_THREAD;

        private Builder(String name) {
            this.name = name;
        }

        /** Adds an entry. */
        public Builder entry(DenyEntry entry) {
            entries.add(Objects.requireNonNull(entry, "entry"));
            return this;
        }

        /** Adds entries. */
        public Builder entries(Collection<DenyEntry> entries) {
            this.entries.addAll(entries);
            return this;
        }

        /** Adds the entries of a file, and reads it again when it has changed; {@link DenyList} describes its form. */
        public Builder file(Path file) {
            once.check(0, "file");
            this.file = Objects.requireNonNull(file, "file");
            return this;
        }

        /**
         * Adds the entries of a supplier, and asks it again at an interval. It may take long and throw: it runs in a
         * thread of its own, except the first time and in {@link DenyList#refresh()}.
         */
        public Builder supplier(Supplier<List<DenyEntry>> supplier) {
            once.check(1, "supplier");
            this.supplier = Objects.requireNonNull(supplier, "supplier");
            return this;
        }

        /**
         * Sets how often to look whether the file has changed, or to ask the supplier: when a call comes, and that much
         * time has passed. 10 s by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder refreshEvery(Duration interval) {
            once.check(2, "refreshEvery");
            if (interval.isNegative() || interval.isZero()) {
                throw new IllegalArgumentException("refreshEvery is " + interval + ": use a positive duration");
            }
            this.refreshEvery = interval;
            return this;
        }

        /**
         * Sets what to do about entries that don't say it themselves; {@link GuardAction#BLOCK} by default.
         *
         * @throws IllegalArgumentException if it is ALLOW
         */
        public Builder action(GuardAction action) {
            once.check(3, "action");
            this.action = DenyEntry.checkedAction(action);
            return this;
        }

        /** Sets what to put where something is redacted; {@code [removed]} by default. */
        public Builder replacement(String replacement) {
            once.check(4, "replacement");
            this.replacement = Objects.requireNonNull(replacement, "replacement");
            return this;
        }

        /**
         * Sets how many characters at the end of a streamed reply are held back because a pattern may begin in them; 64
         * by default. The beginning of a longer match may reach the caller before the match is found. Words and texts
         * need no such number.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder patternReach(int characters) {
            once.check(5, "patternReach");
            if (characters < 1) {
                throw new IllegalArgumentException("patternReach is " + characters + ": use 1 or more characters");
            }
            this.patternReach = characters;
            return this;
        }

        /**
         * Sets how much memory the list may take; 64 MiB by default. A list that needs more is refused: at first by
         * {@link #build()}, later like a file that cannot be read.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maximumBytes(long bytes) {
            once.check(6, "maximumBytes");
            if (bytes < 1) {
                throw new IllegalArgumentException("maximumBytes is " + bytes + ": use 1 or more");
            }
            this.maximumBytes = bytes;
            return this;
        }

        Builder clock(LongSupplier nanos) {
            this.clock = nanos;
            return this;
        }

        Builder executor(Executor executor) {
            this.executor = executor;
            return this;
        }

        /**
         * Returns the list, after reading the file and asking the supplier.
         *
         * @throws IllegalStateException if it has neither entries nor a file nor a supplier, if it has patterns and
         *     RE2/J is missing, or if it has a file and a supplier
         * @throws IllegalArgumentException if a line of the file or a pattern is wrong, or the list takes too much
         *     memory
         * @throws UncheckedIOException if the file cannot be read
         */
        public DenyList build() {
            if (entries.isEmpty() && file == null && supplier == null) {
                throw new IllegalStateException("the deny list " + name + " has nothing: add entry, file or supplier");
            }
            if (file != null && supplier != null) {
                throw new IllegalStateException(
                        "the deny list " + name + " has a file and a supplier: make two lists of it");
            }
            try {
                return new DenyList(this, source());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("the deny list " + name + ": " + e.getMessage(), e);
            }
        }

        private DenySource source() {
            List<DenyEntry> fixed = List.copyOf(entries);
            Path path = file;
            Supplier<List<DenyEntry>> others = path == null ? supplier : () -> DenyEntry.read(DenySource.text(path));
            return others == null
                    ? DenySource.fixed(name, fixed, this::compile)
                    : DenySource.changing(
                            name,
                            path,
                            () -> joined(fixed, others.get()),
                            this::compile,
                            refreshEvery,
                            clock,
                            executor);
        }

        private DenyTable compile(List<DenyEntry> all) {
            try {
                return new DenyTable(all, name, action, maximumBytes);
            } catch (NoClassDefFoundError e) {
                throw new IllegalStateException(missing(), e);
            }
        }

        private String missing() {
            return "the deny list " + name
                    + " has patterns, which need com.google.re2j:re2j: add it to the application";
        }

        private static List<DenyEntry> joined(List<DenyEntry> fixed, List<DenyEntry> others) {
            Objects.requireNonNull(others, "the supplier of entries returned null");
            List<DenyEntry> all = new ArrayList<>(fixed);
            all.addAll(others);
            return all;
        }
    }
}
