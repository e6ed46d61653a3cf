package dev.aigw.providers.openinference;

import java.util.List;

/**
 * A server's description of itself.
 *
 * @param name its name, for example {@code triton}
 * @param version its version
 * @param extensions the extensions of the protocol that it supports, for example {@code binary_tensor_data}
 */
public record ServerMetadata(String name, String version, List<String> extensions) {

    /** Copies the list. */
    public ServerMetadata {
        extensions = List.copyOf(extensions);
    }
}
