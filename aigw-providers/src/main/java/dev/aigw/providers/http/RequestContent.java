package dev.aigw.providers.http;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;

/**
 * A body that OkHttp sends once a call, unless the answer asks for a login or says that the connection was the wrong
 * one; the transport may send it in a second call. It keeps what it sends until it is released.
 */
final class RequestContent extends RequestBody {
    private final MediaType type;
    private final Buffer buffer;
    private final long length;
    private volatile boolean oneShot;

    RequestContent(HttpCall call) {
        this.type = call.contentType;
        this.buffer = call.body == null ? new Buffer() : call.body;
        this.length = buffer.size();
    }

    @Override
    public MediaType contentType() {
        return type;
    }

    @Override
    public long contentLength() {
        return length;
    }

    /** Whether another try of OkHttp's own must not send it; what only reads it may do so before it is sent. */
    @Override
    public boolean isOneShot() {
        return oneShot;
    }

    /** Called with the status of each answer from the network. */
    void answered(int status) {
        oneShot = status != 401 && status != 407 && status != 421;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        try (Buffer.UnsafeCursor segments = buffer.readUnsafe(new Buffer.UnsafeCursor())) {
            while (segments.next() != -1) {
                sink.write(segments.data, segments.start, segments.end - segments.start);
            }
        }
    }

    /** Gives its memory back; it cannot be sent any more. */
    void release() {
        buffer.clear();
    }
}
