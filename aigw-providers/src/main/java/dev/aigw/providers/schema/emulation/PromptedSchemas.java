package dev.aigw.providers.schema.emulation;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.spi.ProviderAdapter;
import java.util.Objects;

/**
 * Gets answers that fit a JSON schema from models that have no mode for it: the prompt contains the schema, the answer
 * is checked, and an answer that does not fit is sent back once with its errors.
 *
 * <p>A router does this by itself for each deployment that is known to lack
 * {@link dev.aigw.api.Capability#JSON_SCHEMA}: by its builder or its model's card, or because its adapter has no field
 * for a schema. Such deployments are asked after those that enforce schemas. Use {@link #around} for an adapter without
 * a router, or for one whose own mode is unreliable:
 *
 * <pre>{@code
 * ProviderAdapter local = PromptedSchemas.around(
 *     OpenAiAdapter.builder().name("local").baseUrl("http://localhost:8080/v1").build());
 * }</pre>
 *
 * <p>Every chat with {@link ResponseFormat.Type#SCHEMA} is then handled this way, for any model; all other calls pass
 * unchanged.
 *
 * <ul>
 *   <li>The answer's text is the bare JSON, without what models write around it, as {@code ChatResponse.as} reads it.
 *       The usage is that of both calls, a repair adds a warning, and both calls share the attempt's timeout.
 *   <li>If the second answer does not fit either, the call fails with {@link ErrorKind#MALFORMED_RESPONSE} and the
 *       answer as its {@link GatewayException#partial()}. The failure's subject is the request, so that a schema which
 *       no answer fits causes no cooldown, and a router does not ask the same deployment again.
 *   <li>An answer that calls tools, was refused or was cut short is returned unchanged.
 *   <li>A stream begins when the whole answer has been checked: the attempt timeout applies to it, the first-event and
 *       idle timeouts do not.
 *   <li>It checks types, {@code enum}, {@code const}, {@code required}, {@code properties},
 *       {@code additionalProperties}, {@code items}, {@code anyOf}, {@code oneOf}, {@code allOf}, references within the
 *       schema, and the bounds of numbers, lengths and counts ({@code minimum}, {@code exclusiveMinimum},
 *       {@code minLength}, {@code minItems} and their like). Other keywords, such as {@code pattern}, are shown to the
 *       model but not checked.
 * </ul>
 *
 * <p>The adapter is safe for use by many threads. Closing it closes the wrapped adapter.
 */
public final class PromptedSchemas {

    private PromptedSchemas() {}

    /** Returns an adapter of the same name that asks {@code adapter}'s models for JSON by prompt. */
    public static ProviderAdapter around(ProviderAdapter adapter) {
        return new PromptedSchemaAdapter(ProviderAdapter.deriving(Objects.requireNonNull(adapter, "adapter")));
    }
}
