package dev.aigw.providers.http;

import org.jspecify.annotations.Nullable;

/**
 * A service's id of a model, split for protocols that put the version into the path: {@code resnet@3} is version
 * {@code 3} of {@code resnet}.
 *
 * @param name the model, up to the last {@code @}
 * @param version what follows the last {@code @}, or null when there is none
 */
public record UpstreamModel(String name, @Nullable String version) {

    /** Splits an id. An {@code @} at the beginning or the end is part of the name. */
    public static UpstreamModel of(String id) {
        int at = id.lastIndexOf('@');
        return at <= 0 || at == id.length() - 1
                ? new UpstreamModel(id, null)
                : new UpstreamModel(id.substring(0, at), id.substring(at + 1));
    }
}
