package dev.aigw.routing.engine.call;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** What a call and its forks have sent. Safe for use by many threads. */
final class Sends {

    private static final AtomicIntegerFieldUpdater<Sends> COUNT =
            AtomicIntegerFieldUpdater.newUpdater(Sends.class, "count");
    private static final AtomicReferenceFieldUpdater<Sends, @Nullable String> VENDOR =
            AtomicReferenceFieldUpdater.newUpdater(Sends.class, String.class, "vendor");

    private volatile int count;
    private volatile @Nullable String vendor;

    /** Counts an attempt whose adapter is about to be called. */
    void sent() {
        COUNT.incrementAndGet(this);
    }

    /** Returns how many attempts were sent. */
    int count() {
        return count;
    }

    /** Returns the vendor that was asked first, or null if none was. */
    @Nullable
    String firstVendor() {
        return vendor;
    }

    /** Returns whether {@code asked} is the vendor that was asked first, which it becomes if none was. */
    boolean isFirstVendor(String asked) {
        return VENDOR.compareAndSet(this, null, asked) || asked.equals(vendor);
    }
}
