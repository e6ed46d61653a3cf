package dev.aigw.examples.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Streams to very many clients at once from one thread: a chunk to each of them per tick. It waits for all its clients
 * before the first tick, so that all streams are open at the same time.
 */
final class TickingServer {

    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    private static final String CHUNK =
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                    + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n";
    private static final String END =
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                    + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

    private final int clients;
    private final int ticks;
    private final long tickMillis;
    private final Selector selector = Selector.open();
    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final List<Client> open = new ArrayList<>();
    private int asked;

    TickingServer(int clients, int ticks, long tickMillis) throws IOException {
        this.clients = clients;
        this.ticks = ticks;
        this.tickMillis = tickMillis;
        server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 4_096);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** Serves until every client has received its last chunk. */
    void serve() throws IOException {
        while (asked < clients) {
            pump(1_000);
        }
        for (int tick = 0; tick < ticks; tick++) {
            String text = (tick == 0 ? HEAD : "") + CHUNK + (tick == ticks - 1 ? END : "");
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            for (Client client : open) {
                client.send(ByteBuffer.wrap(bytes));
            }
            long until = System.nanoTime() + tickMillis * 1_000_000;
            for (long left = tickMillis; left > 0; left = (until - System.nanoTime()) / 1_000_000) {
                pump(left);
            }
        }
        while (open.stream().anyMatch(client -> !client.pending.isEmpty())) {
            pump(10);
        }
        for (Client client : open) {
            client.channel.close();
        }
        server.close();
        selector.close();
    }

    private void pump(long waitMillis) throws IOException {
        selector.select(waitMillis);
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.isAcceptable()) {
                for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
                    channel.configureBlocking(false);
                    open.add(new Client(channel, selector));
                }
                continue;
            }
            Client client = (Client) key.attachment();
            if (key.isReadable() && client.asks()) {
                asked++;
            }
            if (key.isValid() && key.isWritable()) {
                client.flush();
            }
        }
        selector.selectedKeys().clear();
    }

    private static final class Client {
        private final SocketChannel channel;
        private final Queue<ByteBuffer> pending = new ArrayDeque<>();
        private final StringBuilder request = new StringBuilder();
        private final SelectionKey key;
        private boolean asked;

        Client(SocketChannel channel, Selector selector) throws IOException {
            this.channel = channel;
            this.key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(this);
        }

        /** Reads; returns whether the request is complete, which its last brace shows. */
        boolean asks() throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(4_096);
            if (channel.read(bytes) < 0) {
                key.cancel();
                return false;
            }
            request.append(StandardCharsets.UTF_8.decode(bytes.flip()));
            boolean now = !asked && request.indexOf("\r\n\r\n{") > 0 && request.charAt(request.length() - 1) == '}';
            asked |= now;
            return now;
        }

        void send(ByteBuffer bytes) throws IOException {
            pending.add(bytes);
            flush();
        }

        void flush() throws IOException {
            while (!pending.isEmpty()) {
                channel.write(pending.element());
                if (pending.element().hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    return;
                }
                pending.remove();
            }
            if (key.isValid()) {
                key.interestOps(SelectionKey.OP_READ);
            }
        }
    }
}
