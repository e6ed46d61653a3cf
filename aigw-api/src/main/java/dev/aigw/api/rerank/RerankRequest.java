package dev.aigw.api.rerank;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.internal.ContentHash;
import dev.aigw.api.internal.ExtraScope;
import dev.aigw.api.internal.JsonDepth;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A query and the documents to rank by their relevance to it. Immutable. Properties that are null are not sent, so the
 * vendor's defaults apply.
 *
 * <pre>{@code
 * RerankResponse ranking = router.rerank("ranker", "What is the capital of France?", documents);
 * String best = documents.get(ranking.results().get(0).index());
 * }</pre>
 */
public final class RerankRequest implements ModelRequest {

    /** Asks for the documents' relevance to the query. */
    public static final Operation<RerankRequest, RerankResponse> RERANK = Operation.builder(
                    "rerank", RerankRequest.class, RerankResponse.class)
            .cacheable(true)
            .hedgeable(true)
            .build();

    private final String model;
    private final Identity identity;

    private RerankRequest(String model, Identity identity) {
        this.model = model;
        this.identity = identity;
    }

    /**
     * Returns a request to rank all {@code documents}.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if something is blank or missing
     */
    public static RerankRequest of(String model, String query, List<String> documents) {
        return builder(model).query(query).documents(documents).build();
    }

    /** Starts a request to {@code model}, without query and documents. */
    public static Builder builder(String model) {
        Builder builder = new Builder(model);
        builder.once.mark(0);
        return builder;
    }

    /** Starts from this request; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder(model);
        builder.query = identity.query;
        builder.documents.addAll(identity.documents);
        builder.topN = identity.topN;
        builder.extra.putAll(identity.extra);
        return builder;
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns the query that the documents are compared with. */
    public String query() {
        return identity.query;
    }

    /** Returns the documents, at least one. */
    public List<String> documents() {
        return identity.documents;
    }

    /** Returns the maximum number of results, or null for all. */
    public @Nullable Integer topN() {
        return identity.topN;
    }

    @Override
    public Map<String, ?> extra() {
        return identity.extra;
    }

    @Override
    public RerankRequest withExtra(Map<String, ?> extra) {
        Builder builder = toBuilder();
        builder.extra.clear();
        builder.extra.putAll(extra);
        return builder.build();
    }

    /** Returns everything but {@link #model()}, as a value. */
    @Override
    public Object cacheIdentity() {
        return identity;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RerankRequest that && model.equals(that.model) && identity.equals(that.identity);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, identity);
    }

    /** Returns the model and sizes; content stays out of logs. */
    @Override
    public String toString() {
        return "RerankRequest{model=" + model + ", " + identity.documents.size() + " documents}";
    }

    private record Identity(
            String query, List<String> documents, @Nullable Integer topN, Map<String, ?> extra) {
        @Override
        public int hashCode() {
            int texts = 31 * ContentHash.of(query) + ContentHash.of(documents);
            return 31 * (31 * texts + Objects.hashCode(topN)) + extra.hashCode();
        }

        @Override
        public String toString() {
            return "RerankRequest.Identity";
        }
    }

    /**
     * Builds a {@link RerankRequest}. Setting a single-valued property twice throws {@link IllegalStateException}. Not
     * safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private String model;
        private @Nullable String query;
        private final List<String> documents = new ArrayList<>();
        private @Nullable Integer topN;
        private final Map<String, Object> extra = new LinkedHashMap<>(0);

        private Builder(String model) {
            this.model = Objects.requireNonNull(model, "model");
        }

        /** Sets the model, replacing that of the request that this builder started from. */
        public Builder model(String model) {
            once.check(0, "model");
            this.model = Objects.requireNonNull(model, "model");
            return this;
        }

        /** Sets the query that the documents are compared with. */
        public Builder query(String query) {
            once.check(1, "query");
            this.query = Objects.requireNonNull(query, "query");
            return this;
        }

        /** Adds a document. */
        public Builder document(String document) {
            documents.add(Objects.requireNonNull(document, "document"));
            once.mark(2);
            return this;
        }

        /**
         * Sets the documents, replacing those of the request that this builder started from.
         *
         * @throws IllegalStateException if this builder was given any before, which would be lost
         */
        public Builder documents(List<String> documents) {
            once.check(2, "documents");
            this.documents.clear();
            this.documents.addAll(documents);
            return this;
        }

        /** Sets the maximum number of results, at least 1; null for all. */
        public Builder topN(@Nullable Integer topN) {
            once.check(3, "topN");
            this.topN = topN;
            return this;
        }

        /**
         * Sets a field that is sent unchanged to the vendor that is asked first, replacing one of that name. A fallback
         * to another vendor leaves it out, with a warning. See {@link RerankRequest#extra()} for the scopes of names.
         */
        public Builder extra(String name, @Nullable Object value) {
            JsonDepth.check("the field " + name, value);
            extra.put(Objects.requireNonNull(name, "name"), value);
            return this;
        }

        /**
         * Sets a field that is sent unchanged to one vendor only, replacing one of that name and vendor.
         *
         * @param vendor the name of an adapter or its vendor, such as {@code anthropic}
         * @throws IllegalArgumentException if the vendor is blank or has a slash
         */
        public Builder extra(String vendor, String name, @Nullable Object value) {
            return extra(ExtraScope.of(vendor, name), value);
        }

        /** Sets a field that is sent unchanged to every vendor, replacing one of that name. */
        public Builder extraEverywhere(String name, @Nullable Object value) {
            return extra(ExtraScope.ofAll(name), value);
        }

        /**
         * Returns the request.
         *
         * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if something is missing or out of range;
         *     the message names the fix
         */
        public RerankRequest build() {
            if (model.isBlank()) {
                throw invalid("the request names no model: give builder(model) a name such as \"ranker\"");
            }
            if (query == null) {
                throw invalid("the request has no query: set it by query(text)");
            }
            if (query.isBlank()) {
                throw invalid("the query is blank: say what to compare the documents with");
            }
            if (documents.isEmpty()) {
                throw invalid("the request has no documents: add at least one by document(text)");
            }
            if (topN != null && topN < 1) {
                throw invalid("topN is " + topN + ": use 1 or more, or leave it unset");
            }
            Map<String, ?> copy = extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
            return new RerankRequest(model, new Identity(query, List.copyOf(documents), topN, copy));
        }

        private static GatewayException invalid(String message) {
            return GatewayException.of(ErrorKind.INVALID_REQUEST, message);
        }
    }
}
