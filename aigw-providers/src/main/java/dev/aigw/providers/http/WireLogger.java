package dev.aigw.providers.http;

import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.errors.Secrets;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what an adapter sends and gets, with secrets masked; nothing that it or the logger throws reaches a call. Safe
 * for use by many threads.
 *
 * <p>A body is collected while it is read, up to what is shown and a margin, so that a secret at the cut is seen whole;
 * a stream's events are masked together, since a model may spread a secret over them.
 */
final class WireLogger {

    private static final int MARGIN_CHARS = 512;
    private static final int BYTES_PER_CHAR = 3;
    private static final int URL_CHARS = 2048;
    private static final int VALUE_CHARS = 1024;

    private final Logger log;
    private final int bodyChars;

    WireLogger(Logger log, int bodyChars) {
        this.log = log;
        this.bodyChars = bodyChars;
    }

    /** Returns the logger of the adapter of this name; {@code bodyChars} of 0 is without bodies. */
    static WireLogger of(String provider, int bodyChars) {
        return new WireLogger(LoggerFactory.getLogger("dev.aigw.wire." + provider), bodyChars);
    }

    /** Logs a request that is about to be sent; null if the level is off. */
    @Nullable
    Entry sending(HttpCall call, Request request, AttemptContext attempt) {
        if (!isOn()) {
            return null;
        }
        Entry entry = new Entry(call, attempt);
        write(() -> entry.describe(request, call.body));
        return entry;
    }

    private boolean isOn() {
        try {
            return log.isDebugEnabled();
        } catch (RuntimeException | LinkageError e) {
            return false; // a broken logger logs nothing
        }
    }

    private void write(Supplier<String> text) {
        try {
            log.debug("{}", text.get());
        } catch (RuntimeException | LinkageError e) {
            // there is no other place to report that the log is broken, and the call goes on
        }
    }

    private long maxBytes() {
        return bodyChars == 0 ? 0 : BYTES_PER_CHAR * ((long) bodyChars + MARGIN_CHARS);
    }

    /** One request and what came of it. */
    final class Entry {

        private final HttpCall call;
        private final String name;
        private final long startNanos = System.nanoTime();
        private @Nullable Secrets secrets;

        private Entry(HttpCall call, AttemptContext attempt) {
            this.call = call;
            String id = attempt.callId();
            this.name = (id.isEmpty() ? "" : "call " + id + " ") + "attempt " + attempt.number() + " at "
                    + attempt.deployment() + ": ";
        }

        private Secrets secrets() {
            Secrets known = secrets;
            if (known == null) {
                known = call.secrets();
                secrets = known;
            }
            return known;
        }

        private String describe(Request request, @Nullable Buffer body) {
            long size = body == null ? 0 : body.size();
            StringBuilder text =
                    new StringBuilder(name).append(request.method()).append(' ').append(shown(request.url()));
            if (size > 0) {
                text.append(", ").append(size).append(" bytes of ").append(name(call.contentType));
            }
            append(text.append(' '), request.headers());
            if (body != null && bodyChars > 0) {
                Buffer copy = new Buffer();
                body.copyTo(copy, 0, Math.min(size, maxBytes()));
                append(text, copy, size, call.contentType);
            }
            return text.toString();
        }

        /** Logs that the connection was dead and the request goes out again. */
        void sentAgain() {
            write(() -> name + "the connection was closed already after " + millis() + " ms, sending again");
        }

        /** Logs that no answer came. */
        void failed(GatewayException failure) {
            write(() -> name + "failed after " + millis() + " ms: "
                    + line(secrets().mask(failure.kind() + " " + failure.getMessage(), VALUE_CHARS)));
        }

        /**
         * Returns a reply that is logged when it is closed.
         *
         * @param streamed whether to log its head at once
         */
        Response answered(Response response, boolean streamed) {
            long headMillis = millis();
            if (streamed) {
                write(() -> head(response, headMillis).append(", streaming").toString());
            }
            Recorder recorder = new Recorder(response, headMillis, streamed);
            return response.newBuilder()
                    .body(ResponseBody.create(
                            Okio.buffer(recorder),
                            response.body().contentType(),
                            response.body().contentLength()))
                    .build();
        }

        private StringBuilder head(Response response, long headMillis) {
            StringBuilder text = new StringBuilder(name)
                    .append(response.code())
                    .append(' ')
                    .append(line(secrets().mask(response.message(), VALUE_CHARS)))
                    .append(" in ")
                    .append(headMillis)
                    .append(" ms ");
            append(text, response.headers());
            return text;
        }

        private long millis() {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        }

        private void append(StringBuilder text, Headers headers) {
            text.append('{');
            for (int i = 0; i < headers.size(); i++) {
                String header = headers.name(i).toLowerCase(Locale.ROOT);
                text.append(i == 0 ? "" : ", ")
                        .append(line(secrets().mask(header, VALUE_CHARS)))
                        .append(": ")
                        .append(
                                Secrets.isSecretHeader(header)
                                        ? "***"
                                        : line(secrets().mask(headers.value(i), VALUE_CHARS)));
            }
            text.append('}');
        }

        private void append(StringBuilder text, Buffer body, long size, @Nullable MediaType type) {
            if (size == 0) {
                return;
            }
            text.append("\n  ");
            String shown = BodyText.of(body, type);
            if (shown == null) {
                text.append('[')
                        .append(size)
                        .append(" bytes of ")
                        .append(name(type))
                        .append(']');
                return;
            }
            String masked = BodyText.withoutBase64(secrets().maskSpread(shown));
            boolean cut = size > maxBytes() || masked.length() > bodyChars;
            BodyText.appendIndented(text, masked.substring(0, Math.min(masked.length(), bodyChars)));
            if (cut) {
                text.append("… [").append(size).append(" bytes in all]");
            }
        }

        private static String name(@Nullable MediaType type) {
            return type == null ? "binary data" : type.type() + "/" + type.subtype();
        }

        private String shown(HttpUrl url) {
            HttpUrl.Builder safe = url.newBuilder().username("").password("").query(null);
            for (int i = 0; i < url.querySize(); i++) {
                String parameter = url.queryParameterName(i);
                safe.addQueryParameter(
                        parameter, Secrets.isSecretParameter(parameter) ? "***" : url.queryParameterValue(i));
            }
            return line(secrets().mask(safe.build().toString(), URL_CHARS));
        }

        /** Returns a text without characters that could pass for another line of the log. */
        private static String line(String text) {
            return BodyText.printable(text).replace('\n', ' ').replace('\t', ' ');
        }

        /** Collects the beginning of a body while it is read, and logs it when it is closed. */
        private final class Recorder extends ForwardingSource {

            private final Response response;
            private final long headMillis;
            private final boolean streamed;
            private final Buffer start = new Buffer();
            private final AtomicBoolean logged = new AtomicBoolean();
            private long size;
            private boolean whole;
            private @Nullable IOException broken;

            Recorder(Response response, long headMillis, boolean streamed) {
                super(response.body().source());
                this.response = response;
                this.headMillis = headMillis;
                this.streamed = streamed;
            }

            @Override
            public long read(Buffer sink, long byteCount) throws IOException {
                long count;
                try {
                    count = super.read(sink, byteCount);
                } catch (IOException e) {
                    broken = e;
                    throw e;
                }
                if (count < 0) {
                    whole = true;
                    return count;
                }
                long room = Math.min(count, maxBytes() - size);
                if (room > 0) {
                    sink.copyTo(start, sink.size() - count, room);
                }
                size += count;
                return count;
            }

            @Override
            public void close() throws IOException {
                try {
                    super.close();
                } finally {
                    if (logged.compareAndSet(false, true)) {
                        write(this::describe);
                    }
                }
            }

            private String describe() {
                boolean complete = whole || size == response.body().contentLength();
                StringBuilder text =
                        streamed ? new StringBuilder(name).append("the stream") : head(response, headMillis);
                text.append(complete ? ", whole after " : broken == null ? ", closed after " : ", broken after ")
                        .append(millis())
                        .append(" ms, ")
                        .append(size)
                        .append(" bytes");
                if (broken != null) {
                    text.append(": ").append(line(secrets().mask(broken.toString(), VALUE_CHARS)));
                }
                if (bodyChars > 0) {
                    append(text, start, size, response.body().contentType());
                }
                return text.toString();
            }
        }
    }
}
