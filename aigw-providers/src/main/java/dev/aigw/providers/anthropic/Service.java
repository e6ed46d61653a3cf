package dev.aigw.providers.anthropic;

import dev.aigw.api.spi.ServedModel;
import dev.aigw.providers.http.CloudModels;
import dev.aigw.providers.http.Urls;
import dev.aigw.providers.http.VertexAi;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A service with the Messages API. Immutable.
 *
 * @param place whose service it is
 * @param name the default name of its adapter
 * @param baseUrl the server and the part of the path that all calls share
 * @param parent the path of Vertex AI's models, with a slash at both ends; null elsewhere
 */
record Service(
        Place place, String name, String baseUrl, @Nullable String parent) {

    /**
     * Whose service it is, with the header of its keys and what it takes. Bedrock and Vertex AI take media by its bytes
     * only ("Vision", checked in November 2026).
     */
    enum Place {
        ANTHROPIC("x-api-key", true),
        VERTEX(null, false),
        BEDROCK(null, false),
        FOUNDRY("api-key", true);

        /** The header of a key; null if it is sent as {@code Authorization: Bearer …}. */
        final @Nullable String keyHeader;

        /** Whether it fetches media from URLs and keeps uploaded files. */
        final boolean fetches;

        Place(@Nullable String keyHeader, boolean fetches) {
            this.keyHeader = keyHeader;
            this.fetches = fetches;
        }
    }

    static final Service ANTHROPIC = of(Place.ANTHROPIC, "anthropic", "https://api.anthropic.com");

    private static final String VERTEX_VERSION = "vertex-2023-10-16";

    private static Service of(Place place, String name, String baseUrl) {
        return new Service(place, name, baseUrl, null);
    }

    static Service vertex(String project, String location) {
        return new Service(
                Place.VERTEX, "vertex-anthropic", VertexAi.baseUrl(location), VertexAi.parent(project, location));
    }

    static Service bedrock(String region) {
        Objects.requireNonNull(region, "region");
        return of(Place.BEDROCK, "bedrock-anthropic", "https://bedrock-runtime." + region + ".amazonaws.com/anthropic");
    }

    static Service bedrockMantle(String region) {
        Objects.requireNonNull(region, "region");
        return of(Place.BEDROCK, "bedrock-anthropic", "https://bedrock-mantle." + region + ".api.aws/anthropic");
    }

    static Service foundry(String resource) {
        Objects.requireNonNull(resource, "resource");
        return of(
                Place.FOUNDRY,
                "foundry-anthropic",
                "https://" + Urls.segment(resource) + ".services.ai.azure.com/anthropic");
    }

    /** Returns the model behind an id of this place; null if that is unknown, or as the default says. */
    @Nullable
    ServedModel served(String model) {
        return switch (place) {
            case ANTHROPIC -> null;
            case VERTEX -> CloudModels.onVertex(model, baseUrl);
            case BEDROCK -> CloudModels.onBedrock(model);
            case FOUNDRY -> ServedModel.elsewhere("anthropic/" + model, null);
        };
    }

    /** Returns the version of the API that the body has instead of the model; null if a header has it. */
    @Nullable
    String bodyVersion() {
        return parent == null ? null : VERTEX_VERSION;
    }

    String path(String model, boolean streamed) {
        return parent == null
                ? "/v1/messages"
                : parent + "publishers/anthropic/models/" + Urls.segment(model).replace("%40", "@")
                        + (streamed ? ":streamRawPredict" : ":rawPredict");
    }
}
