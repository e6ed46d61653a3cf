package dev.aigw.providers.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * The fields and files of a {@code multipart/form-data} body (RFC 7578), for {@link HttpCall#form}. Not safe for use by
 * several threads.
 */
public final class HttpForm {

    private static final MediaType UNKNOWN = MediaType.get("application/octet-stream");

    private final MultipartBody.Builder parts = new MultipartBody.Builder().setType(MultipartBody.FORM);

    /** Adds a field. */
    public HttpForm field(String name, String value) {
        parts.addFormDataPart(name, value);
        return this;
    }

    /**
     * Adds a file.
     *
     * @param mimeType its type; an invalid one is sent as {@code application/octet-stream}
     */
    public HttpForm file(String name, String fileName, String mimeType, byte[] bytes) {
        MediaType type = MediaType.parse(mimeType);
        parts.addFormDataPart(name, fileName, RequestBody.create(bytes, type == null ? UNKNOWN : type));
        return this;
    }

    /** Adds a file that {@code writer} writes at once. Its bytes are kept once, however large it is. */
    public HttpForm file(String name, String fileName, String mimeType, HttpCall.BodyWriter writer) {
        Buffer content = HttpCall.written(writer);
        MediaType type = MediaType.parse(mimeType);
        parts.addFormDataPart(name, fileName, new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                return type == null ? UNKNOWN : type;
            }

            @Override
            public long contentLength() {
                return content.size();
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.write(content.copy(), content.size()); // shares the segments
            }
        });
        return this;
    }

    /** Writes all parts into {@code buffer} and returns the content type with their boundary. */
    MediaType writeTo(Buffer buffer) {
        MultipartBody body = parts.build();
        try {
            body.writeTo(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to a buffer in memory does not fail
        }
        return body.contentType();
    }
}
