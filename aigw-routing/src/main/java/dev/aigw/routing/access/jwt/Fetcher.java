package dev.aigw.routing.access.jwt;

import dev.aigw.api.internal.DaemonThreads;
import dev.aigw.api.internal.DurationText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks an issuer by HTTP. Time and size of the whole answer are bounded, and redirects are not followed. Safe for use
 * by many threads.
 */
final class Fetcher {

    private static final int OK = 200;

    /** Statuses about the client or the rate of requests, not about the token. */
    private static final Set<Integer> OF_CLIENT = Set.of(401, 403, 404, 407, 429);

    private final HttpClient client;
    private final Duration timeout;
    private final int mostBytes;

    Fetcher(@Nullable HttpClient client, Duration timeout, int mostBytes) {
        this.client = client == null ? newClient(timeout) : client;
        this.timeout = timeout;
        this.mostBytes = mostBytes;
    }

    private static HttpClient newClient(Duration timeout) {
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        // The client starts a thread that would keep the class loader of its builder.
        thread.setContextClassLoader(Fetcher.class.getClassLoader());
        try {
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(timeout)
                    .executor(new ThreadPoolExecutor(
                            0,
                            Integer.MAX_VALUE,
                            10,
                            TimeUnit.SECONDS,
                            new SynchronousQueue<>(),
                            DaemonThreads.numbered("aigw-issuer-")))
                    .build();
        } finally {
            thread.setContextClassLoader(loader);
        }
    }

    /** Refuses a client that would follow an answer to another host. */
    static HttpClient checked(HttpClient client) {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException(
                    "the HTTP client follows redirects, to whatever host they name: build it with Redirect.NEVER");
        }
        return client;
    }

    /**
     * Refuses an address that is not encrypted, unless it is this machine's or {@code allowHttp}.
     *
     * @throws IllegalArgumentException if it is refused
     */
    static URI checked(URI address, String property, boolean allowHttp) {
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        if (address.getHost() == null || address.getRawUserInfo() != null || address.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    property + " is not an address of the form https://host/path, without user and fragment");
        }
        if (!scheme.equals("https") && !(scheme.equals("http") && (allowHttp || isLoopback(address)))) {
            throw new IllegalArgumentException(
                    property + " is not https: anyone on the way could answer; allowHttp() allows it");
        }
        return address;
    }

    /** Returns whether the host is this machine by its name: no name server decides it. */
    static boolean isLoopback(URI address) {
        String host = address.getHost() == null ? "" : address.getHost().toLowerCase(Locale.ROOT);
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    /** Returns the body of what is at an address, if the status is 200. */
    byte[] get(URI address) throws FetchException {
        return body(send(HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Accept", "application/json, application/jwk-set+json")
                .build()));
    }

    /**
     * Returns the answer to a form. It is sent once more if the connection broke: a pooled one may have been closed.
     */
    byte[] post(URI address, String form, String authorization) throws FetchException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        try {
            return body(send(request));
        } catch (FetchException e) {
            if (!(e.getCause() instanceof IOException) || e.getCause() instanceof java.net.http.HttpTimeoutException) {
                throw e;
            }
            return body(send(request));
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws FetchException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, head -> new BoundedBody(mostBytes));
        String where = request.uri().getHost();
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true); // closes the connection
            throw new FetchException(where + " timed out after " + DurationText.of(timeout), null);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new FetchException("interrupted", null);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String what = cause instanceof Refused
                    ? cause.getMessage()
                    : cause.getClass().getSimpleName();
            throw new FetchException(where + ": " + what, cause);
        }
    }

    private static byte[] body(HttpResponse<byte[]> response) throws FetchException {
        String where = response.uri().getHost();
        int status = response.statusCode();
        if (status != OK) {
            boolean ofRequest = status / 100 == 4 && !OF_CLIENT.contains(status);
            throw new FetchException(where + " answered with the status " + status, null, ofRequest);
        }
        String type = response.headers().firstValue("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (type.startsWith("text/html")) {
            throw new FetchException(where + " answered with a page", null);
        }
        return response.body();
    }
}
