package dev.aigw.providers.kit;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.batch.BatchPart;
import dev.aigw.api.batch.BatchSubmitted;
import dev.aigw.api.spi.AttemptContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Submits the parts of a batch, all or none. Each is marked with a key, where the vendor has a field for it. When a
 * part's creation fails in a way that leaves open whether the vendor has carried it out, the vendor is asked for a
 * batch with that key, so that none is created twice or left running unknown. What was made before a failure is undone,
 * or named in the failure. For one submission. Used by one thread.
 */
public final class BatchSubmission {

    /** What a vendor needs to create a batch. Each makes one call. */
    public interface Vendor {

        /**
         * Uploads a file of items and returns its id; an empty one if the items are sent with the batch, which is the
         * default.
         */
        default String upload(BatchPlan.Chunk chunk, AttemptContext attempt) {
            return "";
        }

        /**
         * Creates a batch, without an error in any reply, and returns its id.
         *
         * @param file the id of the uploaded file
         * @param key what to mark it with
         */
        String create(BatchPlan.Chunk chunk, String file, String key, AttemptContext attempt);

        /** Returns whether the vendor keeps keys; true by default. */
        default boolean keepsKeys() {
            return true;
        }

        /** Returns the id of the batch with this key among the vendor's latest ones, or null. */
        @Nullable
        String find(String key, AttemptContext attempt);

        /** Deletes an uploaded file. */
        default void delete(String file, AttemptContext attempt) {}

        /** Cancels a batch. */
        void cancel(String batch, AttemptContext attempt);
    }

    private static final Timeouts CLEARING = Timeouts.builder()
            .connect(Duration.ofSeconds(5))
            .attempt(Duration.ofSeconds(20))
            .build();

    private final String provider;
    private final AttemptContext attempt;
    private final Vendor vendor;
    private final DividedAttempt calls;
    private final String key;
    private final boolean again;
    private final List<BatchPart> parts = new ArrayList<>();

    /**
     * Creates a submission.
     *
     * @param provider the adapter's name
     */
    public BatchSubmission(String provider, AttemptContext attempt, Vendor vendor) {
        this.provider = provider;
        this.attempt = attempt;
        this.vendor = vendor;
        this.calls = new DividedAttempt(attempt);
        String own = attempt.idempotencyKey();
        String call = attempt.callId().isEmpty() ? UUID.randomUUID().toString() : attempt.callId();
        this.key = own != null ? own : call;
        this.again = own != null || attempt.number() > 1;
    }

    /**
     * Submits all parts.
     *
     * @throws GatewayException if the vendor takes one not; of kind {@link ErrorKind#UNCONFIRMED} if that is unknown
     */
    public BatchSubmitted submit(BatchPlan plan) {
        try {
            for (BatchPlan.Chunk chunk : plan.chunks()) {
                String mark = key + "-" + (parts.size() + 1);
                parts.add(new BatchPart(batch(chunk, mark), chunk.ids()));
            }
        } catch (GatewayException e) {
            throw undone(e);
        }
        return new BatchSubmitted(parts);
    }

    private String batch(BatchPlan.Chunk chunk, String mark) {
        String known = again && vendor.keepsKeys() ? vendor.find(mark, calls.next()) : null;
        if (known != null) {
            attempt.warn(provider + " has a batch with this key already, " + known + ": it was not submitted again");
            return known;
        }
        String file = vendor.upload(chunk, calls.next());
        try {
            return vendor.create(chunk, file, mark, calls.next());
        } catch (GatewayException e) {
            String made = isUncertain(e) ? found(mark, file, e) : null;
            if (made == null) {
                throw deleted(file, e);
            }
            if (e.kind() == ErrorKind.CANCELLED || e.kind() == ErrorKind.DEADLINE) {
                parts.add(new BatchPart(made, chunk.ids()));
                throw e; // nobody waits for it any more, so it is cancelled with the others
            }
            attempt.warn(provider + " did not answer but has created the batch " + made);
            return made;
        }
    }

    /** Returns whether the vendor may have created the batch all the same. */
    private static boolean isUncertain(GatewayException e) {
        return switch (e.kind()) {
            case SERVER_ERROR, CONNECTION, TIMEOUT, DEADLINE, CANCELLED, MALFORMED_RESPONSE -> true;
            default -> false;
        };
    }

    /** Returns whether the vendor may still be at it; without its file it could not. */
    private static boolean mayComeLate(GatewayException e, String file) {
        return file.isEmpty() && e.status() == 0;
    }

    private @Nullable String found(String mark, String file, GatewayException e) {
        GatewayException unknown = e;
        if (vendor.keepsKeys()) {
            try {
                String made = vendor.find(mark, clearing());
                if (made != null || !mayComeLate(e, file)) {
                    return made;
                }
            } catch (GatewayException blind) {
                unknown = e.toBuilder().suppressed(blind).build();
            }
        }
        throw unknown.toBuilder()
                .kind(ErrorKind.UNCONFIRMED)
                .message("it is unknown whether " + provider + " created the batch"
                        + (file.isEmpty() ? "" : " of the file " + file)
                        + ": look at its list of batches before you submit it again, since it may be charged twice ("
                        + e.getMessage() + ")")
                .build();
    }

    private GatewayException deleted(String file, GatewayException e) {
        if (file.isEmpty()) {
            return e;
        }
        try {
            vendor.delete(file, clearing());
            return e;
        } catch (GatewayException left) {
            return e.toBuilder()
                    .message(e.getMessage() + "; the uploaded file " + file + " could not be deleted: delete it at "
                            + provider)
                    .suppressed(left)
                    .build();
        }
    }

    /** Cancels what was created before a failure. */
    private GatewayException undone(GatewayException e) {
        GatewayException failure = e;
        for (BatchPart part : parts) {
            try {
                vendor.cancel(part.id(), clearing());
            } catch (GatewayException running) {
                failure = failure.toBuilder()
                        .message(failure.getMessage() + "; its batch " + part.id()
                                + " could not be cancelled: cancel it at " + provider)
                        .suppressed(running)
                        .build();
            }
        }
        return failure;
    }

    /** Returns an attempt that goes on after the caller's has ended. */
    private AttemptContext clearing() {
        return AttemptContext.builder(attempt.model())
                .deployment(attempt.deployment())
                .credential(attempt.credential())
                .baseUrl(attempt.baseUrl())
                .allowedHosts(attempt.allowedHosts())
                .card(attempt.card())
                .timeouts(CLEARING)
                .build();
    }
}
