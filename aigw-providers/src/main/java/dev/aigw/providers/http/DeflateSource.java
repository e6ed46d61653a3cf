package dev.aigw.providers.http;

import java.io.IOException;
import java.util.zip.Inflater;
import okio.Buffer;
import okio.BufferedSource;
import okio.InflaterSource;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/** A body in HTTP's content encoding {@code deflate}: of zlib, or without its header, as some servers send it. */
final class DeflateSource implements Source {

    private final BufferedSource body;
    private @Nullable Source plain;

    DeflateSource(BufferedSource body) {
        this.body = body;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
        Source source = plain;
        if (source == null) {
            if (body.exhausted()) {
                return -1;
            }
            source = new InflaterSource(body, new Inflater(!hasHeader()));
            plain = source;
        }
        return source.read(sink, byteCount);
    }

    /** Returns whether the body begins with the header of zlib, whose two bytes are a multiple of 31. */
    private boolean hasHeader() throws IOException {
        if (!body.request(2)) {
            return true;
        }
        int method = body.getBuffer().getByte(0) & 0xFF;
        int flags = body.getBuffer().getByte(1) & 0xFF;
        return (method & 0x0F) == 8 && ((method << 8) + flags) % 31 == 0;
    }

    @Override
    public Timeout timeout() {
        return body.timeout();
    }

    @Override
    public void close() throws IOException {
        if (plain == null) {
            body.close();
        } else {
            plain.close();
        }
    }
}
