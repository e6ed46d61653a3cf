package dev.aigw.routing.engine.batch;

import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.batch.BatchHandle;
import dev.aigw.api.batch.BatchPart;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.batch.BatchResults;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.spi.BatchSupport;
import dev.aigw.routing.engine.call.BatchReplies;
import dev.aigw.routing.engine.call.Settlement;
import dev.aigw.routing.feature.Environment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the results of a batch, part by part: each item once, whatever order, repetitions and gaps the vendor's files
 * have. Opens a file again where its connection broke, and passes over what it has returned before. For one thread.
 */
final class RoutedResults implements BatchResults {

    /** How often in a row a file may break without another item read. */
    private static final int MOST_BREAKS = 5;

    private static final int MOST_WARNINGS = 100;

    private final BatchHandle handle;
    private final Batches.Place place;
    private final List<BatchStatus> statuses;
    private final BatchMeter meter;
    private final Environment environment;
    private final BatchReplies replies;
    private final Map<String, Integer> positions;
    private final BitSet seen;
    private final List<String> warnings = new ArrayList<>();
    private int part;
    private boolean partRead;
    private int missing; // the position from which items of the present part are looked for
    private int partEnd;
    private BatchSupport.@Nullable Source source;
    private boolean reopened;
    private int breaks;
    private @Nullable BatchResult next;
    private Settlement sum = new Settlement(TokenUsage.NONE, Cost.ZERO);
    private boolean iterated;
    private boolean closed;

    RoutedResults(
            BatchHandle handle,
            Batches.Place place,
            List<BatchStatus> statuses,
            BatchMeter meter,
            Environment environment,
            BatchReplies replies) {
        this.handle = handle;
        this.place = place;
        this.statuses = statuses;
        this.meter = meter;
        this.environment = environment;
        this.replies = replies;
        this.seen = new BitSet(handle.size());
        this.positions = new HashMap<>(handle.size() * 2);
        for (BatchPart each : handle.parts()) {
            for (String id : each.items()) {
                positions.put(id, positions.size());
            }
        }
        this.partEnd = handle.parts().get(0).items().size();
        open(); // so that files that are gone are noticed at once
    }

    @Override
    public Iterator<BatchResult> iterator() {
        if (iterated) {
            throw new IllegalStateException("results are read once: open them again with results(handle)");
        }
        iterated = true;
        return new Iterator<>() {

            @Override
            public boolean hasNext() {
                if (next == null && !closed) {
                    next = find();
                }
                return next != null;
            }

            @Override
            public BatchResult next() {
                BatchResult result = hasNext() ? next : null;
                next = null;
                if (result == null) {
                    throw new NoSuchElementException("there are no more results");
                }
                return result;
            }
        };
    }

    private @Nullable BatchResult find() {
        while (part < handle.parts().size()) {
            BatchResult read = partRead ? null : read();
            if (read != null) {
                return read;
            }
            partRead = true;
            closeSource();
            BatchResult lost = lost();
            if (lost != null) {
                return lost;
            }
            part++;
            partRead = false;
            reopened = false;
            missing = partEnd;
            if (part < handle.parts().size()) {
                partEnd += handle.parts().get(part).items().size();
            }
        }
        meter.settle(handle, sum);
        return null;
    }

    /** Returns the next item of the vendor's files that was not returned before; null at their end. */
    private @Nullable BatchResult read() {
        while (true) {
            try {
                open();
                BatchSupport.Source open = source;
                BatchResult read = open == null ? null : open.next();
                if (read == null) {
                    return null;
                }
                Integer position = positions.get(read.id());
                if (position == null) {
                    warn("a result is for no item of the batch"
                            + (read.id().isEmpty() ? ", or cannot be read" : ": \"" + read.id() + "\""));
                } else if (!seen.get(position)) {
                    breaks = 0;
                    return returned(position, read);
                } else if (!reopened) {
                    warn("the item \"" + read.id() + "\" has two results; the first counts");
                }
            } catch (GatewayException e) {
                closeSource();
                pause(e);
            }
        }
    }

    private BatchResult returned(int position, BatchResult result) {
        seen.set(position);
        Settlement settled = BatchMeter.settlement(handle, place.deployment, result);
        sum = BatchMeter.sum(sum, settled);
        meter.record(handle, place.deployment, position, result, settled);
        return checked(result);
    }

    private BatchResult checked(BatchResult result) {
        ModelReply reply = result.reply();
        if (reply == null) {
            return result;
        }
        try {
            ModelReply passed = replies.checked(handle, reply, place.attempt.cancellation());
            return passed == reply ? result : BatchResult.of(result.id(), passed);
        } catch (GatewayException e) {
            if (e.kind() != ErrorKind.GUARD_REJECTED) {
                throw e;
            }
            return BatchResult.of(result.id(), e);
        }
    }

    private void open() {
        if (source == null && !isUnanswered(statuses.get(part))) {
            source = place.support.results(handle.parts().get(part), place.attempt);
        }
    }

    /** Returns whether the vendor refused the batch as a whole, and so has no results. */
    private static boolean isUnanswered(BatchStatus status) {
        return status.state() == BatchStatus.State.FAILED && status.succeeded() == 0 && status.failed() == 0;
    }

    /** Waits before a file is opened again; throws if that is pointless. */
    private void pause(GatewayException e) {
        reopened = true;
        if (!BatchWait.mayPass(e.kind()) || ++breaks > MOST_BREAKS) {
            throw e;
        }
        long nanos = 1_000_000_000L << breaks;
        if (e.retryAfter() != null) {
            nanos = Math.max(nanos, e.retryAfter().toNanos());
        }
        BatchWait.sleep(environment, nanos, place.attempt.cancellation());
    }

    /** Returns the failure of the next item that the files of the present part do not have; null if there is none. */
    private @Nullable BatchResult lost() {
        int position = seen.nextClearBit(missing);
        if (position >= partEnd) {
            return null;
        }
        missing = position + 1;
        BatchPart of = handle.parts().get(part);
        String id = of.items().get(position - (partEnd - of.items().size()));
        return returned(position, BatchResult.of(id, whyLost(id, statuses.get(part))));
    }

    private GatewayException whyLost(String id, BatchStatus status) {
        GatewayException whole = status.failure();
        return switch (status.state()) {
            case FAILED ->
                whole != null
                        ? whole
                        : place.failure(ErrorKind.SERVER_ERROR, "the batch of item \"" + id + "\" failed");
            case EXPIRED ->
                place.failure(ErrorKind.TIMEOUT, "the batch's time ran out before item \"" + id + "\" was answered");
            case CANCELLED ->
                place.failure(ErrorKind.CANCELLED, "the batch was cancelled before item \"" + id + "\" was answered");
            default ->
                place.failure(
                        ErrorKind.MALFORMED_RESPONSE,
                        "the provider's files have no result for item \"" + id + "\", or none that can be read");
        };
    }

    private void warn(String warning) {
        if (warnings.size() < MOST_WARNINGS && !warnings.contains(warning)) {
            warnings.add(warning);
        }
    }

    @Override
    public BatchHandle handle() {
        return seen.cardinality() == handle.size() ? handle.asMetered() : handle;
    }

    @Override
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    private void closeSource() {
        BatchSupport.Source open = source;
        source = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        next = null;
        closeSource();
    }
}
