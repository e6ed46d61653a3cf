package dev.aigw.routing.guard.output;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.StreamChecking;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers from carrying data away when they are shown: an injected instruction may have the model write an image
 * whose address holds what it was asked in confidence, and a browser loads it without a click.
 *
 * <pre>{@code
 * Guard links = Links.builder().allow("example.org", "*.example.org").links(GuardAction.REDACT).build();
 * }</pre>
 *
 * <p>Images, and whatever else HTML loads by itself, go to allowed hosts only; any other is replaced, by default. Links
 * to other hosts pass, unless it is set otherwise, they are made to look like another, or their addresses carry data: a
 * piece of the request, plain or encoded, or more characters than allowed. An address that stands in the request itself
 * carries none. Links that run a script, and {@code data:} links other than pictures, are treated as images.
 *
 * <p>It reads Markdown (inline, by reference, in angles, nested), HTML tags with all their attributes, and bare
 * addresses, as browsers do: with backslashes, user names, entities, escapes, missing slashes, and hosts in other
 * scripts or forms of letters. An image by reference becomes a link where its definition has not come yet. Names of
 * hosts without a scheme and {@code www.} are no links here. Rules: {@code image}, {@code link}, {@code exfiltration},
 * {@code disguised-link}, {@code script}, {@code image-reference}.
 *
 * <p>On streams it holds back what may become an address, and an address until its host is known to be allowed. For
 * output. Safe for use by many threads.
 */
public final class Links implements Guard {

    private static final int WINDOW = 4096;
    private static final int DATA_CHARS = 200;

    private final @Nullable AllowedHosts hosts;
    private final GuardAction images;
    private final GuardAction links;
    private final int dataChars;

    private Links(Builder builder) {
        this.hosts = builder.hosts.isEmpty() ? null : AllowedHosts.only(builder.hosts.toArray(String[]::new));
        this.images = builder.images;
        this.links = builder.links;
        this.dataChars = builder.dataChars;
    }

    /** Starts a guard that allows images from nowhere, and links without data. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a guard that allows images from these hosts only, and links without data anywhere.
     *
     * @param hosts names such as {@code cdn.example.org}, and all names below a domain as {@code *.example.org}
     * @throws IllegalArgumentException if there is none, or one has another form
     */
    public static Links toHosts(String... hosts) {
        return builder().allow(hosts).build();
    }

    @Override
    public String name() {
        return "links";
    }

    /** Returns {@link Guard.Effort#MEMORY}. */
    @Override
    public Effort effort() {
        return Effort.MEMORY;
    }

    @Override
    public Set<ContentOrigin> origins() {
        return EnumSet.of(ContentOrigin.MODEL, ContentOrigin.REASONING);
    }

    @Override
    public StreamChecking streaming() {
        return StreamChecking.window(WINDOW, 64);
    }

    @Override
    public GuardVerdict check(Inspection inspection) {
        List<GuardFinding> findings = new ArrayList<>(0);
        CarriedData carried = inspection.prepared(this, () -> new CarriedData(inspection.requestParts(), dataChars));
        int undecided = Integer.MAX_VALUE;
        for (int i = 0; i < inspection.parts().size(); i++) {
            GuardedPart part = inspection.parts().get(i);
            if (part.text() != null) {
                Reading reading = new Reading(i, part.text(), carried);
                undecided = new LinkScanner(part.text(), inspection.isComplete(), reading).scan();
                findings.addAll(reading.findings(inspection.isComplete()));
            }
        }
        return Verdicts.of(findings, inspection, undecided);
    }

    private boolean isAllowed(Destination to) {
        String host = to.host();
        return hosts != null && host != null && !to.isDisguised() && hosts.refusal(to.scheme(), host, port(to)) == null;
    }

    private static int port(Destination to) {
        return to.port() >= 0
                ? to.port()
                : switch (to.scheme()) {
                    case "https", "wss" -> 443;
                    case "ftp" -> 21;
                    default -> 80;
                };
    }

    /** Judges the destinations of one text. */
    private final class Reading implements LinkScanner.Judge {

        private final int part;
        private final String text;
        private final CarriedData carried;
        private final List<GuardFinding> findings = new ArrayList<>(0);
        private final Map<String, Boolean> definitions = new HashMap<>(0);
        private final Map<Integer, String> references = new HashMap<>(0);

        Reading(int part, String text, CarriedData carried) {
            this.part = part;
            this.text = text;
            this.carried = carried;
        }

        @Override
        public boolean allows(String destination) {
            return isAllowed(Destination.of(destination));
        }

        @Override
        public boolean refuses(String destination, boolean image, int start, int end, String removed) {
            Destination to = Destination.of(destination);
            String label = LinkScanner.label(text, start);
            if (!label.isEmpty()) {
                definitions.putIfAbsent(folded(label), isAllowed(to));
            }
            if (to.isScript(image)) {
                return add("script", start, end, images, removed);
            }
            if (to.host() == null || isAllowed(to)) {
                return false;
            }
            if (image) {
                return add("image", start, end, images, removed);
            }
            if (to.isDisguised()) {
                return add("disguised-link", start, end, images.and(links), removed);
            }
            if (carried.isIn(destination, to)) {
                return add("exfiltration", start, end, images.and(links), removed);
            }
            return links != GuardAction.ALLOW && add("link", start, end, links, removed);
        }

        private boolean add(String rule, int start, int end, GuardAction action, String removed) {
            findings.add(
                    action == GuardAction.REDACT
                            ? GuardFinding.redact(part, start, end, rule, 1, removed)
                            : GuardFinding.at(part, start, end, rule, 1, action));
            return true;
        }

        @Override
        public void byReference(int mark, String label) {
            references.put(mark, folded(label));
        }

        private static String folded(String label) {
            return label.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
        }

        /**
         * Returns all findings, with the images by reference: those whose definition refers to another host, or has not
         * come yet, become links.
         */
        List<GuardFinding> findings(boolean complete) {
            references.forEach((mark, label) -> {
                if (!definitions.getOrDefault(label, complete)) {
                    findings.add(GuardFinding.redact(part, mark, mark + 1, "image-reference", 0.5, "! "));
                }
            });
            findings.sort(Comparator.comparingInt(GuardFinding::start));
            return findings;
        }
    }

    /**
     * Builds a {@link Links}. Setting a single-valued property twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final List<String> hosts = new ArrayList<>();
        private GuardAction images = GuardAction.REDACT;
        private GuardAction links = GuardAction.ALLOW;
        private int dataChars = DATA_CHARS;

        private Builder() {}

        /**
         * Adds hosts that images and links may lead to.
         *
         * @param hosts names such as {@code cdn.example.org}, and all names below a domain as {@code *.example.org}
         * @throws IllegalArgumentException if one has another form
         * @see AllowedHosts#only
         */
        public Builder allow(String... hosts) {
            AllowedHosts.only(hosts);
            this.hosts.addAll(List.of(hosts));
            return this;
        }

        /**
         * Sets what is done about an image that leads to another host, or anything else that is loaded without a click;
         * {@link GuardAction#REDACT} by default.
         *
         * @throws IllegalArgumentException if it is ALLOW
         */
        public Builder images(GuardAction action) {
            once.check(0, "images");
            this.images = Actions.something(action);
            return this;
        }

        /**
         * Sets what is done about a link to another host; {@link GuardAction#ALLOW} by default. One that carries data,
         * or is disguised, is treated as an image at least.
         */
        public Builder links(GuardAction action) {
            once.check(1, "links");
            this.links = action;
            return this;
        }

        /**
         * Sets how many characters the path, query and fragment of a link to another host may have together before it
         * counts as carrying data; 200 by default.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder dataChars(int most) {
            if (most < 0) {
                throw new IllegalArgumentException("dataChars(" + most + "): it is 0 or more");
            }
            once.check(2, "dataChars");
            this.dataChars = most;
            return this;
        }

        /** Returns the guard. */
        public Links build() {
            return new Links(this);
        }
    }
}
