package dev.aigw.routing.tools;

import dev.aigw.api.GatewayException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ToolLoop} that is read as it runs: one stream over all rounds, with the model's answers as they arrive and
 * the tools between them.
 *
 * <pre>{@code
 * try (ToolStream stream = loop.stream(request)) {
 *   for (ToolEvent event : stream) System.out.print(event.text());
 *   log.info("cost {}", stream.result().cost());
 * }
 * }</pre>
 *
 * <p>The loop goes on only while it is read; tools run in threads of their own. Reading belongs to one thread at a
 * time; {@link #close()} may be called from any thread and stops the model's answer and the tools under way. A stream
 * that was read to its end or has failed needs no close; any other must be closed.
 */
public final class ToolStream implements Iterable<ToolEvent>, AutoCloseable {

    private final LoopRun run;
    private boolean iterated;

    ToolStream(LoopRun run) {
        this.run = run;
    }

    /**
     * Returns the next event, waiting for it, or null once the loop has ended.
     *
     * @throws GatewayException if the loop fails, with the run so far: {@link ToolRun#of}; every later call throws it
     *     again. Of kind CANCELLED if this stream is closed
     */
    public @Nullable ToolEvent next() {
        return run.next();
    }

    /**
     * Returns an iterator over the remaining events, as from {@link #next()}.
     *
     * @throws IllegalStateException if called twice
     */
    @Override
    public Iterator<ToolEvent> iterator() {
        if (iterated) {
            throw new IllegalStateException(
                    "a stream can be iterated only once: keep what you need from the first pass, or use result()");
        }
        iterated = true;
        return new Events(run);
    }

    /**
     * Reads the remaining events and returns what came of the loop.
     *
     * @throws GatewayException what {@link #next()} throws
     */
    public ToolRun result() {
        return run.result();
    }

    /** Stops the loop. Closing again, or after the end, does nothing. */
    @Override
    public void close() {
        run.close();
    }

    private static final class Events implements Iterator<ToolEvent> {

        private final LoopRun run;
        private @Nullable ToolEvent ahead;

        Events(LoopRun run) {
            this.run = run;
        }

        @Override
        public boolean hasNext() {
            if (ahead == null) {
                ahead = run.next();
            }
            return ahead != null;
        }

        @Override
        public ToolEvent next() {
            ToolEvent event = ahead != null ? ahead : run.next();
            ahead = null;
            if (event == null) {
                throw new NoSuchElementException("the loop has ended");
            }
            return event;
        }
    }
}
