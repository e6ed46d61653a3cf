package dev.aigw.api.internal;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the threads of this library. Each may serve many calls after the one that begins it, so none inherits from that
 * one: not its inheritable thread locals, and not its context class loader, which would keep a web application in
 * memory that was stopped long ago. The context class loader is that of this library, and a thread never keeps the JVM
 * alive.
 */
public final class DaemonThreads {

    private DaemonThreads() {}

    /** Returns a thread, not started yet. */
    public static Thread create(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, 0, false);
        thread.setContextClassLoader(DaemonThreads.class.getClassLoader());
        thread.setDaemon(true);
        return thread;
    }

    /** Returns a factory of threads with this name and a number, from 1. */
    public static ThreadFactory numbered(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> create(prefix + number.incrementAndGet(), task);
    }
}
