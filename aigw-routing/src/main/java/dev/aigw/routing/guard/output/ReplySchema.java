package dev.aigw.routing.guard.output;

import dev.aigw.api.GuardAction;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.SchemaFallback;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that an answer is the JSON that was asked for: what the request's {@link ResponseFormat} says, or a schema of
 * the guard's own.
 *
 * <pre>{@code
 * Guard json = ReplySchema.builder().build();                        // of requests that ask for JSON
 * Guard order = ReplySchema.builder().schema(schema).build();        // of every answer
 * }</pre>
 *
 * <p>What models write around the JSON, such as a Markdown fence, does not count, as for
 * {@link dev.aigw.api.chat.ChatResponse#as}. Answers without text, such as calls of tools, and requests that ask for
 * free text pass. Blocks with the rule {@code no-json} or {@code schema}. It needs the whole answer, so a streamed one
 * arrives at its end. For output. Safe for use by many threads.
 *
 * @see SchemaFallback#problems
 */
public final class ReplySchema implements Guard {

    private final @Nullable ResponseFormat format;
    private final GuardAction action;
    private final SchemaFallback schemas;

    private ReplySchema(Builder builder) {
        this.format = builder.format;
        this.action = builder.action;
        this.schemas = SchemaFallback.installed();
    }

    /** Starts a guard that blocks answers which don't fit the format that the request asks for. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return "reply-schema";
    }

    /** Returns {@link Guard.Effort#MEMORY}. */
    @Override
    public Effort effort() {
        return Effort.MEMORY;
    }

    @Override
    public Set<ContentOrigin> origins() {
        return EnumSet.of(ContentOrigin.MODEL);
    }

    @Override
    public GuardVerdict check(Inspection inspection) {
        ResponseFormat wanted = format != null
                ? format
                : inspection.request() instanceof ChatRequest chat ? chat.responseFormat() : ResponseFormat.TEXT;
        if (wanted.type() == ResponseFormat.Type.TEXT) {
            return GuardVerdict.ALLOW;
        }
        StringBuilder answer = new StringBuilder();
        for (GuardedPart part : inspection.parts()) {
            answer.append(part.text() == null ? "" : part.text());
        }
        if (answer.toString().isBlank()) {
            return GuardVerdict.ALLOW;
        }
        List<String> problems = schemas.problems(wanted, answer.toString());
        return problems.isEmpty()
                ? GuardVerdict.ALLOW
                : GuardVerdict.of(GuardFinding.whole(
                        wanted.type() == ResponseFormat.Type.JSON ? "no-json" : "schema", 1, action));
    }

    /**
     * Builds a {@link ReplySchema}. Setting a property twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable ResponseFormat format;
        private GuardAction action = GuardAction.BLOCK;

        private Builder() {}

        /** Sets a schema that every answer with text must fit, whatever the request asks for. */
        public Builder schema(Map<String, ?> schema) {
            once.check(0, "schema");
            this.format = ResponseFormat.schema("answer", Objects.requireNonNull(schema, "schema"));
            return this;
        }

        /**
         * Sets what is done; {@link GuardAction#BLOCK} by default, or {@link GuardAction#ANNOTATE}.
         *
         * @throws IllegalArgumentException if it is another
         */
        public Builder action(GuardAction action) {
            once.check(1, "action");
            this.action = Actions.ofWhole(action);
            return this;
        }

        /** Returns the guard. */
        public ReplySchema build() {
            return new ReplySchema(this);
        }
    }
}
