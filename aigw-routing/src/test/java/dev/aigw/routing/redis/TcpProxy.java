package dev.aigw.routing.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between a client and a server of this machine, and can let every byte wait, as a network does that loses them
 * all: connections stay, and no answer comes.
 */
final class TcpProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private boolean silent;

    TcpProxy(int target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        begin("accept", this::accept);
    }

    String uri() {
        return "redis://127.0.0.1:" + listener.getLocalPort();
    }

    void silence(boolean on) {
        synchronized (lock) {
            silent = on;
            lock.notifyAll();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(client, server));
                begin("there", () -> pump(client, server));
                begin("back", () -> pump(server, client));
            }
        } catch (IOException e) {
            close(); // closed, or the server is gone
        }
    }

    private static void begin(String name, Runnable work) {
        Thread thread = new Thread(work, "tcp-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitVoice();
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            // one end is closed; so is the other now
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitVoice() throws InterruptedException {
        synchronized (lock) {
            while (silent) {
                lock.wait();
            }
        }
    }

    @Override
    public void close() {
        silence(false);
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
