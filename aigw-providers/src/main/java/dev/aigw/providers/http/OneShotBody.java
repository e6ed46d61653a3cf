package dev.aigw.providers.http;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;

/**
 * A body that OkHttp sends once a call, whatever the answer; the transport may send it in a second call. It keeps what
 * it sends until it is released.
 */
final class OneShotBody extends RequestBody {
    private final MediaType type;
    private final Buffer buffer;
    private final long length;

    OneShotBody(HttpCall call) {
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

    @Override
    public boolean isOneShot() {
        return true;
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
