package dev.aigw.routing.access.jwt;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the address of an issuer's keys: by OpenID Connect Discovery, else by OAuth metadata (RFC 8414). */
final class Discovery {

    private static final String OPENID = "/.well-known/openid-configuration";
    private static final String OAUTH = "/.well-known/oauth-authorization-server";

    private final String issuer;
    private final boolean allowHttp;
    private final Fetcher fetcher;

    Discovery(String issuer, boolean allowHttp, Fetcher fetcher) {
        this.issuer = issuer;
        this.allowHttp = allowHttp;
        this.fetcher = fetcher;
    }

    URI keys() throws FetchException {
        FetchException first = null;
        for (URI address : addresses(issuer)) {
            try {
                return keys(fetcher.get(address));
            } catch (FetchException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        throw first == null ? new FetchException("the issuer has no metadata", null) : first;
    }

    /** Returns where the metadata may be: appended to the issuer, and between its host and its path. */
    static List<URI> addresses(String issuer) {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        URI uri = URI.create(base);
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String origin = base.substring(0, base.length() - path.length());
        return List.of(URI.create(base + OPENID), URI.create(origin + OAUTH + path));
    }

    private URI keys(byte[] document) throws FetchException {
        Map<String, @Nullable Object> metadata = StrictJson.object(document);
        if (metadata == null) {
            throw new FetchException("the metadata of the issuer is not readable", null);
        }
        if (!issuer.equals(metadata.get("issuer"))) {
            throw new FetchException("the metadata is of another issuer: set it as the metadata has it", null);
        }
        if (!(metadata.get("jwks_uri") instanceof String text)) {
            throw new FetchException("the metadata of the issuer has no jwks_uri", null);
        }
        try {
            URI address = Fetcher.checked(URI.create(text), "jwks_uri", allowHttp);
            if (Fetcher.isLoopback(address) && !Fetcher.isLoopback(URI.create(issuer))) {
                throw new FetchException("the jwks_uri of the issuer is this machine", null);
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw new FetchException("the jwks_uri of the issuer is refused: " + e.getMessage(), null);
        }
    }
}
