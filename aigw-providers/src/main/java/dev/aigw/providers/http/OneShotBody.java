package dev.aigw.providers.http;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;

/** A body that is moved to the socket, so it can be sent only once; this also prevents OkHttp from sending it again. */
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
        sink.write(buffer, length);
    }
}
