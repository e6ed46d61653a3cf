package dev.aigw.providers.schema.emulation;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.spi.ProviderAdapter;
import java.util.Objects;

/**
 * Gives answers after a JSON schema from models that have no mode for it: the prompt asks for it, the answer is
 * checked, and one that does not fit is sent back once, with what is wrong with it.
 *
 * <p>A router does this by itself for each deployment that is known to lack
 * {@link dev.aigw.api.Capability#JSON_SCHEMA}: by what its builder or its model's card says, or since its adapter has
 * no field for a schema. Such deployments are asked after those that enforce schemas. {@link #around} is for an adapter
 * called without a router, or one whose own mode is not to be trusted:
 *
 * <pre>{@code
 * ProviderAdapter local = PromptedSchemas.around(
 *     OpenAiAdapter.builder().name("local").baseUrl("http://localhost:8080/v1").build());
 * }</pre>
 *
 * <p>Every chat with {@link ResponseFormat.Type#SCHEMA} then goes this way, whatever its model; all else passes
 * untouched.
 *
 * <ul>
 *   <li>The answer's text is the bare JSON; a fence of Markdown around it is taken off. The usage is that of both
 *       calls, a repair shows as a warning, and both share the attempt's time limit.
 *   <li>A second answer that does not fit fails as {@link ErrorKind#MALFORMED_RESPONSE}, with the answer as its
 *       {@link GatewayException#partial()}. Its subject is the request, so that a schema which no answer fits keeps no
 *       deployment from other callers.
 *   <li>An answer that calls tools, was refused or was cut short is handed on as it is.
 *   <li>A stream begins when the whole answer has been checked: the attempt's limit holds for it, those to the first
 *       event and between events do not.
 *   <li>Checked are types, {@code enum}, {@code const}, {@code required}, {@code properties},
 *       {@code additionalProperties}, {@code items}, {@code anyOf}, {@code oneOf}, {@code allOf}, references within the
 *       schema, and the bounds of numbers, lengths and counts ({@code minimum}, {@code exclusiveMinimum},
 *       {@code minLength}, {@code minItems} and their like). Other keywords, such as {@code pattern}, are told to the
 *       model but not checked.
 * </ul>
 *
 * <p>The adapter is safe for use by many threads. Closing it closes the one within.
 */
public final class PromptedSchemas {

    private PromptedSchemas() {}

    /** Returns an adapter of the same name, that asks {@code adapter}'s models for JSON by prompt. */
    public static ProviderAdapter around(ProviderAdapter adapter) {
        return new PromptedSchemaAdapter(ProviderAdapter.deriving(Objects.requireNonNull(adapter, "adapter")));
    }
}
