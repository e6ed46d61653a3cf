package dev.aigw.providers.fake;

import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.internal.DaemonThreads;
import dev.aigw.api.internal.SetOnce;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A provider on this machine that fails as a script says, over real sockets: for tests of what happens between the
 * socket and the application. It speaks OpenAI's chat shape, whole and streamed, and remembers what it saw.
 *
 * <pre>{@code
 * try (FaultServer server = FaultServer.start(Fault.status(503), Fault.cut())) { // fine from the third request on
 *     ProviderAdapter adapter = OpenAiAdapter.builder().baseUrl(server.baseUrl()).build();
 *     …
 *     assertThat(server.requests()).hasSize(3);
 * }
 * }</pre>
 *
 * <p>It listens on 127.0.0.1 at a free port, ignores credentials, and answers paths other than
 * {@code /v1/chat/completions} with 404 unless the script has a fault for them. Safe for use by many threads. Close it
 * when done; its threads are daemons.
 */
public final class FaultServer implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Function<SeenRequest, Fault> plan;
    private final Function<SeenRequest, ChatResponse> answer;
    private final ServerSocket listening;
    private final ExecutorService threads;

    private final Object lock = new Object();
    private final List<SeenRequest> requests = new ArrayList<>();
    private final Set<FaultConnection> open = new LinkedHashSet<>();
    private int connections;
    private boolean closed;
    private @Nullable Throwable bug;

    private FaultServer(Builder builder) {
        this.plan = builder.plan;
        this.answer = builder.answer;
        try {
            this.listening = new ServerSocket();
            listening.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a port on 127.0.0.1", e);
        }
        this.threads =
                Executors.newCachedThreadPool(DaemonThreads.numbered("fault-server-" + listening.getLocalPort() + "-"));
        threads.execute(this::accept);
    }

    /** Starts a server that applies these faults in order, one per request, and answers {@code ok} after them. */
    public static FaultServer start(Fault... script) {
        return builder().script(script).start();
    }

    /** Starts building a server that answers {@code ok} and has no faults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the base URL for an adapter, including {@code /v1}. */
    public String baseUrl() {
        return "http://127.0.0.1:" + listening.getLocalPort() + "/v1";
    }

    /** Returns the requests so far, in order of arrival. */
    public List<SeenRequest> requests() {
        synchronized (lock) {
            return List.copyOf(requests);
        }
    }

    /** Returns the number of open connections. */
    public int openConnections() {
        synchronized (lock) {
            return open.size();
        }
    }

    /**
     * Waits until no connection is open; returns false if the time runs out first.
     *
     * @throws InterruptedException if interrupted
     */
    public boolean awaitNoConnections(Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        synchronized (lock) {
            for (long left = longest.toNanos(); !open.isEmpty() && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(lock, left);
            }
            return open.isEmpty();
        }
    }

    private void accept() {
        while (true) {
            FaultConnection connection;
            try {
                Socket socket = listening.accept();
                connection = opened(socket);
            } catch (IOException e) {
                return; // closed
            }
            if (connection != null) {
                threads.execute(() -> serve(connection));
            }
        }
    }

    private @Nullable FaultConnection opened(Socket socket) throws IOException {
        synchronized (lock) {
            if (closed) {
                socket.close();
                return null;
            }
            FaultConnection connection = new FaultConnection(this, socket, ++connections);
            open.add(connection);
            return connection;
        }
    }

    private void serve(FaultConnection connection) {
        try {
            connection.serve();
        } catch (RuntimeException | Error e) {
            synchronized (lock) {
                bug = bug == null ? e : bug;
            }
        }
    }

    void closed(FaultConnection connection) {
        synchronized (lock) {
            open.remove(connection);
            lock.notifyAll();
        }
    }

    SeenRequest seen(int connection, String path, Map<String, String> headers, String body) {
        synchronized (lock) {
            SeenRequest request =
                    new SeenRequest(requests.size() + 1, connection, System.nanoTime(), path, headers, body);
            requests.add(request);
            return request;
        }
    }

    Fault faultFor(SeenRequest request) {
        return Objects.requireNonNull(plan.apply(request), "the plan returned null: return Fault.none() for no fault");
    }

    ChatResponse answerTo(SeenRequest request) {
        return Objects.requireNonNull(answer.apply(request), "the answer is null");
    }

    /**
     * Closes all connections and stops listening. Closing twice is harmless.
     *
     * @throws IllegalStateException if a thread of the server failed, with that as its cause, or does not end
     */
    @Override
    public void close() {
        List<FaultConnection> left;
        synchronized (lock) {
            closed = true;
            left = List.copyOf(open);
        }
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the port does not close", e);
        }
        left.forEach(FaultConnection::close);
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "a thread of the fault server does not end: see that plan and answer" + " do not wait");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (lock) {
            if (bug != null) {
                throw new IllegalStateException("the fault server's script failed: see the cause", bug);
            }
        }
    }

    /**
     * Builds a {@link FaultServer}. A script is a plan, and a reply is an answer; setting either twice throws
     * {@link IllegalStateException}. Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private Function<SeenRequest, Fault> plan = request -> Fault.none();
        private Function<SeenRequest, ChatResponse> answer = request -> ChatResponse.of("ok");

        private Builder() {}

        /** Applies one of these faults to each request, in order of arrival; later requests are answered normally. */
        public Builder script(Fault... faults) {
            List<Fault> script = List.of(faults);
            return plan(request -> request.number() <= script.size() ? script.get(request.number() - 1) : Fault.none());
        }

        /**
         * Chooses the fault for each request, for example by its number, its content or a clock. The function is called
         * from many threads.
         */
        public Builder plan(Function<SeenRequest, Fault> plan) {
            once.check(0, "the plan");
            this.plan = Objects.requireNonNull(plan, "plan");
            return this;
        }

        /** Answers every request with this text. */
        public Builder reply(String text) {
            ChatResponse response = ChatResponse.of(text);
            return answer(request -> response);
        }

        /**
         * Computes the answers; their text, tool calls, finish reason and usage are sent. The function is called from
         * many threads.
         */
        public Builder answer(Function<SeenRequest, ChatResponse> answer) {
            once.check(1, "the answer");
            this.answer = Objects.requireNonNull(answer, "answer");
            return this;
        }

        /**
         * Starts the server.
         *
         * @throws UncheckedIOException if no port can be opened
         */
        public FaultServer start() {
            return new FaultServer(this);
        }
    }
}
