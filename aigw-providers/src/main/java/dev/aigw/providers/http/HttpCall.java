package dev.aigw.providers.http;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.credential.Lookup;
import dev.aigw.providers.http.errors.Secrets;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One request of one attempt: method, URL, headers and a body, JSON by default. The attempt's timeouts count from its
 * creation. Not safe for use by several threads.
 *
 * <p>The body is written at once into pooled segments, which are kept until the answer begins: a call that meets a dead
 * connection is sent again.
 */
public final class HttpCall {

    private static final MediaType JSON = MediaType.get("application/json");

    /** Writes a body. */
    @FunctionalInterface
    public interface BodyWriter {
        /**
         * Writes the whole body.
         *
         * @throws IOException if a value cannot be written
         */
        void write(OutputStream out) throws IOException;
    }

    /** Signs a call instead of a credential. Safe for use by many threads. */
    @FunctionalInterface
    public interface Signer {
        /** Returns the headers that sign a request with this body. */
        Map<String, String> sign(String method, URI url, byte[] body);
    }

    final String method;
    final String url;
    final long startNanos = System.nanoTime();
    MediaType contentType = JSON;
    final List<String> headers = new ArrayList<>();

    boolean once;

    @Nullable
    Buffer body;

    @Nullable
    String secret;

    /** What carries a secret besides the credential, for a message. */
    @Nullable
    String carrier;

    private @Nullable Credential credential;
    private @Nullable Signer signer;
    private String credentialHeader = "";
    private String credentialPrefix = "";

    private HttpCall(String method, String url) {
        this.method = method;
        this.url = url;
    }

    /** Returns a POST. */
    public static HttpCall post(String url) {
        return new HttpCall("POST", url);
    }

    /** Returns a call of any method; a body is sent unless it is GET. */
    public static HttpCall of(String method, String url) {
        return new HttpCall(method, url);
    }

    /** Has the call sent only once, also where its connection may have been dead: it must not be carried out twice. */
    public HttpCall once() {
        this.once = true;
        return this;
    }

    /** Sets the content type of the body; {@code application/json} by default. */
    public HttpCall contentType(String contentType) {
        this.contentType = MediaType.get(contentType);
        return this;
    }

    /** Adds a header. */
    public HttpCall header(String name, String value) {
        headers.add(name);
        headers.add(value);
        return this;
    }

    /** Adds a default header: any other of its name, added before or after, replaces it. */
    public HttpCall defaultHeader(String name, String value) {
        headers.addAll(0, List.of(name, value));
        return this;
    }

    /**
     * Adds the header that carries the credential, for example {@code Authorization: Bearer …}. The secret is masked
     * wherever it might appear, and the call is refused over plain HTTP.
     *
     * @param prefix the text before the secret in the header's value, possibly empty
     */
    public HttpCall credential(String name, String prefix, String secret) {
        return secret(secret).header(name, prefix + secret);
    }

    /** Adds the header that carries the credential, whose secret is looked up when the call is sent. */
    HttpCall credential(String name, String prefix, Credential credential) {
        this.credential = credential;
        this.credentialHeader = name;
        this.credentialPrefix = prefix;
        return this;
    }

    /** Signs the call when it is sent. */
    HttpCall signer(Signer signer) {
        this.signer = signer;
        return this;
    }

    /**
     * Looks up the credential or signs the call.
     *
     * @param lookup the adapter's
     * @param streamed whether the call opens a stream
     * @throws GatewayException if there is no credential or signature, or not in time
     */
    void authenticate(Lookup lookup, String provider, AttemptContext attempt, boolean streamed) {
        if (credential != null) {
            credential(credentialHeader, credentialPrefix, lookup.secret(credential, provider, attempt, streamed));
        } else if (signer != null) {
            Signer used = signer;
            byte[] sent = body == null ? new byte[0] : body.snapshot().toByteArray();
            for (Map.Entry<String, String> header : lookup.within(
                            attempt, provider, streamed, () -> signature(used, sent, provider))
                    .entrySet()) {
                if (header.getKey().equalsIgnoreCase("Authorization")) {
                    credential(header.getKey(), "", header.getValue());
                } else {
                    header(header.getKey(), header.getValue());
                }
            }
        }
    }

    private Map<String, String> signature(Signer used, byte[] sent, String provider) {
        try {
            return used.sign(method, URI.create(url), sent);
        } catch (GatewayException e) {
            throw e;
        } catch (RuntimeException e) {
            throw GatewayException.builder(ErrorKind.AUTHENTICATION, provider + ": the call could not be signed")
                    .provider(provider)
                    .cause(Secrets.NONE.safe(e))
                    .build();
        }
    }

    /** Names a secret that the call carries in another form: it is masked too, and the call refused over plain HTTP. */
    public HttpCall secret(String secret) {
        this.secret = secret;
        return this;
    }

    /** Says that a header carries a secret: the call is refused over plain HTTP, like one with a credential. */
    HttpCall carrier(@Nullable String carrier) {
        this.carrier = carrier;
        return this;
    }

    /** Returns whether the header at this index of the list carries the credential, or a part of it. */
    boolean carriesSecret(int index) {
        return (secret != null && headers.get(index + 1).endsWith(secret))
                || Secrets.isSecretHeader(headers.get(index).toLowerCase(Locale.ROOT));
    }

    /**
     * Returns what is masked in whatever comes back: the secret, and the values of headers and parameters of the URL
     * that carry secrets.
     */
    Secrets secrets() {
        List<String> known = new ArrayList<>(2);
        if (secret != null) {
            known.add(secret);
        }
        for (int i = 0; i < headers.size(); i += 2) {
            if (Secrets.isSecretHeader(headers.get(i).toLowerCase(Locale.ROOT))) {
                String value = headers.get(i + 1);
                known.add(value.substring(value.lastIndexOf(' ') + 1)); // behind the scheme
            }
        }
        HttpUrl parsed = url.indexOf('?') < 0 ? null : HttpUrl.parse(url);
        for (int i = 0; parsed != null && i < parsed.querySize(); i++) {
            String value = parsed.queryParameterValue(i);
            if (value != null && Secrets.isSecretParameter(parsed.queryParameterName(i))) {
                known.add(value);
            }
        }
        return Secrets.of(known);
    }

    /**
     * Writes the body.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if the request contains values that are not
     *     JSON
     */
    public HttpCall body(BodyWriter writer) {
        this.body = written(writer);
        return this;
    }

    /** Returns what {@code writer} writes. */
    static Buffer written(BodyWriter writer) {
        Buffer buffer = new Buffer();
        try (OutputStream out = buffer.outputStream()) {
            writer.write(out);
        } catch (IOException e) {
            buffer.clear();
            throw GatewayException.builder(
                            ErrorKind.INVALID_REQUEST,
                            "the request cannot be written as JSON: check its extra fields, schemas and metadata for"
                                    + " values that are not maps, lists, strings, numbers, booleans or null")
                    .cause(e)
                    .build();
        } catch (RuntimeException e) {
            buffer.clear();
            throw e;
        }
        return buffer;
    }

    /**
     * Sets a form as the body, and its content type.
     *
     * @throws IllegalStateException if the form is empty
     */
    public HttpCall form(HttpForm form) {
        Buffer buffer = new Buffer();
        this.contentType = form.writeTo(buffer);
        this.body = buffer;
        return this;
    }
}
