package dev.aigw.providers.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A server that answers each request with the bytes that a script writes, until the client closes the connection. */
final class HostileServer implements AutoCloseable {

    /** Writes an answer. */
    interface Script {
        void write(Reply reply) throws IOException;
    }

    /** Where a script writes to. */
    final class Reply {
        private final OutputStream out;

        private Reply(OutputStream out) {
            this.out = out;
        }

        void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
            sent.addAndGet(bytes.length);
        }

        /** Sends this again and again, as fast as the client reads. */
        void sendForever(String text) throws IOException {
            byte[] block = text.repeat(1 + 16_384 / text.length()).getBytes(StandardCharsets.ISO_8859_1);
            while (true) {
                send(block);
            }
        }

        /** Waits for 20 milliseconds. */
        void pause() throws IOException {
            try {
                if (closed.await(20, TimeUnit.MILLISECONDS)) {
                    throw new IOException("closed");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Sends this again and again, every 20 milliseconds. */
        void drip(String text) throws IOException {
            try {
                while (!closed.await(20, TimeUnit.MILLISECONDS)) {
                    send(text);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final ServerSocket listening;
    private final Script script;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong sent = new AtomicLong();

    HostileServer(Script script) {
        this.script = script;
        try {
            listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "hostile-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listening.accept();
                start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            skipRequest(in);
            script.write(new Reply(socket.getOutputStream()));
        } catch (IOException e) {
            // the client has seen enough
        }
    }

    private static void skipRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        int at = head.indexOf("Content-Length: ");
        if (at >= 0) {
            in.skipNBytes(Long.parseLong(head.substring(at + 16, head.indexOf("\r\n", at))));
        }
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort() + "/v1";
    }

    /** Returns how many bytes all connections have taken. */
    long sentBytes() {
        return sent.get();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listening.close();
    }
}
