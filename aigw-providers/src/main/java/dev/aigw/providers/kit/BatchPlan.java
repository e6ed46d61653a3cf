package dev.aigw.providers.kit;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.AttemptContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a batch is divided into those of a vendor: checked item by item, and measured, before anything is sent. Items are
 * written twice, to be measured and to be sent, so that no more than one vendor's batch is in memory. Immutable.
 */
public final class BatchPlan {

    /**
     * What a vendor takes in one of its batches.
     *
     * @param maxItems the most items
     * @param maxBytes the most bytes
     * @param idPattern what an item's id may be
     * @param idRule the same in words, such as "1 to 64 of A-Z a-z 0-9 _ -"
     */
    public record Limits(int maxItems, long maxBytes, Pattern idPattern, String idRule) {}

    /** Writes what a vendor's batch has of one item. */
    @FunctionalInterface
    public interface ItemWriter {

        /**
         * Writes the item, which need not be flushed.
         *
         * @param attempt collects the warnings
         * @throws IOException if a value cannot be written
         */
        void write(BatchRequest.Item item, AttemptContext attempt, OutputStream out) throws IOException;
    }

    /** What goes into one of the vendor's batches. */
    public final class Chunk {

        private final List<BatchRequest.Item> items;

        private Chunk(List<BatchRequest.Item> items) {
            this.items = items;
        }

        /** Returns the ids of its items. */
        public List<String> ids() {
            return items.stream().map(BatchRequest.Item::id).toList();
        }

        /**
         * Writes its items.
         *
         * @param separator what comes between two items
         * @throws IOException if {@code out} fails
         */
        public void write(OutputStream out, String separator) throws IOException {
            byte[] between = separator.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < items.size(); i++) {
                if (i > 0) {
                    out.write(between);
                }
                writer.write(items.get(i), silent, new Unclosed(out));
            }
        }
    }

    private final ItemWriter writer;
    private final AttemptContext silent;
    private final List<Chunk> chunks = new ArrayList<>();

    private BatchPlan(ItemWriter writer, AttemptContext attempt) {
        this.writer = writer;
        this.silent = new Warned(attempt, false);
    }

    /**
     * Checks and divides a batch. Each warning about its items is passed on once.
     *
     * @param provider the adapter's name
     * @param overhead the bytes that a batch has besides its items
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST}, {@link ErrorKind#UNSUPPORTED} or
     *     {@link ErrorKind#PAYLOAD_TOO_LARGE} if an item cannot be sent; the message names its id and the fix
     */
    public static BatchPlan of(
            BatchRequest request,
            AttemptContext attempt,
            String provider,
            Limits limits,
            int overhead,
            ItemWriter writer) {
        BatchPlan plan = new BatchPlan(writer, attempt);
        AttemptContext warned = new Warned(attempt, true);
        List<BatchRequest.Item> items = request.items();
        int start = 0;
        long bytes = overhead;
        for (int i = 0; i < items.size(); i++) {
            long size = measured(items.get(i), warned, provider, limits, writer) + 2;
            if (overhead + size > limits.maxBytes) {
                throw refusal(
                        ErrorKind.PAYLOAD_TOO_LARGE,
                        items.get(i),
                        warned,
                        provider,
                        "has " + size + " bytes, and a batch of " + provider + " at most " + limits.maxBytes
                                + ": shorten it, or send media by URL or file id");
            }
            if (i - start == limits.maxItems || bytes + size > limits.maxBytes) {
                plan.chunks.add(plan.new Chunk(items.subList(start, i)));
                start = i;
                bytes = overhead;
            }
            bytes += size;
        }
        plan.chunks.add(plan.new Chunk(items.subList(start, items.size())));
        return plan;
    }

    private static long measured(
            BatchRequest.Item item, AttemptContext attempt, String provider, Limits limits, ItemWriter writer) {
        if (!limits.idPattern.matcher(item.id()).matches()) {
            throw refusal(
                    ErrorKind.INVALID_REQUEST,
                    item,
                    attempt,
                    provider,
                    "has an id that " + provider + " does not take in batches: use " + limits.idRule);
        }
        if (item.request() instanceof ChatRequest chat && chat.serviceTier() != null) {
            throw refusal(
                    ErrorKind.INVALID_REQUEST,
                    item,
                    attempt,
                    provider,
                    "asks for the service tier \"" + chat.serviceTier()
                            + "\", and a batch is a tier of its own: leave serviceTier out");
        }
        Counted counted = new Counted();
        try {
            writer.write(item, attempt, counted);
        } catch (GatewayException e) {
            throw e.toBuilder()
                    .message("item \"" + item.id() + "\": " + e.getMessage())
                    .build();
        } catch (IOException e) {
            throw refusal(
                            ErrorKind.INVALID_REQUEST,
                            item,
                            attempt,
                            provider,
                            "cannot be written as JSON: check its extra fields, schemas and metadata")
                    .toBuilder()
                    .cause(e)
                    .build();
        }
        return counted.bytes;
    }

    private static GatewayException refusal(
            ErrorKind kind, BatchRequest.Item item, AttemptContext attempt, String provider, String why) {
        return GatewayException.builder(kind, "item \"" + item.id() + "\" " + why)
                .provider(provider)
                .deployment(attempt.deployment())
                .build();
    }

    /** Returns what goes into each of the vendor's batches, in the order of the items. */
    public List<Chunk> chunks() {
        return List.copyOf(chunks);
    }

    /** Passes each warning on once, or none. */
    private static final class Warned extends ForwardingAttempt {

        private final boolean loud;
        private final Set<String> seen = new HashSet<>();

        Warned(AttemptContext whole, boolean loud) {
            super(whole);
            this.loud = loud;
        }

        @Override
        public void warn(String message) {
            if (loud && seen.add(message)) {
                super.warn(message);
            }
        }
    }

    /** Counts bytes. */
    private static final class Counted extends OutputStream {

        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {
            bytes += length;
        }
    }

    /** Stays open when an item is complete. */
    private static final class Unclosed extends OutputStream {

        private final OutputStream out;

        Unclosed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            out.write(buffer, offset, length);
        }
    }
}
