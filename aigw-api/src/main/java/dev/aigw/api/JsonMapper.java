package dev.aigw.api;

/**
 * Turns JSON text into an application's types. Adapters pass theirs to the replies they make, so the api itself needs
 * no JSON library. Implementations are safe for use by many threads.
 */
public interface JsonMapper {

    /** Always throws; for replies made without an adapter. */
    JsonMapper NONE = new JsonMapper() {
        @Override
        public <T> T read(String json, Class<T> type) {
            throw new IllegalStateException("this reply carries no JSON mapper: only replies of an adapter can be read"
                    + " as a type; parse text() with your own mapper");
        }
    };

    /**
     * Returns {@code json} as a {@code type}.
     *
     * @throws GatewayException of kind {@link ErrorKind#MALFORMED_RESPONSE} if the text is not JSON or does not fit
     */
    <T> T read(String json, Class<T> type);
}
