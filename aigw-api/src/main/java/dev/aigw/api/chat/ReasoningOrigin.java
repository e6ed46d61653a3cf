package dev.aigw.api.chat;

import dev.aigw.api.WireFacts;
import dev.aigw.api.WireFacts.Binding;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where signed or encrypted reasoning comes from, and so who can read it: the form of
 * {@link ContentPart.Reasoning#origin()} and {@link ToolCall#origin()}. Immutable.
 *
 * <p>The text of an origin is the reader, followed by what else is known, as in
 * {@code anthropic?model=claude-opus-5-5&account=acme&prefix=9f86d081884c7d65}. {@code %}, {@code &} and {@code ?} in a
 * name are written as {@code %25}, {@code %26} and {@code %3F}. It holds no secret and stays valid after a restart, so
 * an application may store it with the conversation. Readers ignore names they do not know.
 *
 * @param reader the name of the provider adapter, followed by {@code /} and the maker of the model where one adapter
 *     serves models of several makers
 * @param model the vendor's id of the model that made it; null if unknown
 * @param account the mark of the account it was made in, as of {@link dev.aigw.api.Credential#account()}; null for the
 *     adapter's own account
 * @param prefix a hash of the conversation before it, of models whose reasoning is bound to it; null otherwise
 */
public record ReasoningOrigin(
        String reader,
        @Nullable String model,
        @Nullable String account,
        @Nullable String prefix) {

    /** Why a model cannot read reasoning of an origin. */
    public enum Mismatch {
        /** Another vendor or another maker's model made it, or it is not known who did. */
        MAKER("another model"),
        /** Another model of the vendor made it. */
        MODEL("another model"),
        /** It was made in another account, or in one that is not known to be the same. */
        ACCOUNT("another account");

        private final String words;

        Mismatch(String words) {
            this.words = words;
        }

        /** Returns whose the reasoning is, in words. */
        public String words() {
            return words;
        }
    }

    /** What precedes a model's name: {@code eu.anthropic.} or a path. */
    private static final Pattern PLACE = Pattern.compile("^(?:.*/)?(?:[a-z-]+\\.)*(?=[a-z])");

    /** What follows a model's name: a date, a revision, a tag. */
    private static final Pattern REVISION =
            Pattern.compile("(?:[-@]\\d{8}|-\\d{4}-\\d{2}-\\d{2}|-v\\d+(?::\\d+)?|[-@]latest|@default)$");

    /** Requires a reader. */
    public ReasoningOrigin {
        Objects.requireNonNull(reader, "reader");
    }

    /** Returns the origin of a text; one without a {@code ?} is a reader of which nothing else is known. */
    public static ReasoningOrigin parse(String text) {
        int query = text.indexOf('?');
        if (query < 0) {
            return new ReasoningOrigin(plain(text), null, null, null);
        }
        String model = null;
        String account = null;
        String prefix = null;
        for (String field : text.substring(query + 1).split("&", -1)) {
            int equals = field.indexOf('=');
            String value = equals < 0 ? "" : plain(field.substring(equals + 1));
            switch (equals < 0 ? "" : field.substring(0, equals)) {
                case "model" -> model = value;
                case "account" -> account = value;
                case "prefix" -> prefix = value;
                default -> {} // a later version's
            }
        }
        return new ReasoningOrigin(plain(text.substring(0, query)), model, account, prefix);
    }

    /**
     * Returns why a model cannot read reasoning of this origin, by what is known of the model; null if it can. What is
     * not known to be bound to a model is readable by the vendor's other models; what is not known to be readable from
     * another account is not. Of an origin without a model nothing but the reader counts.
     *
     * @param target adapter, model and account that the reasoning would be sent to
     * @param facts the facts of that model
     */
    public @Nullable Mismatch mismatch(ReasoningOrigin target, WireFacts facts) {
        if (!reader.equals(target.reader)) {
            return Mismatch.MAKER;
        }
        if (model == null) {
            return null;
        }
        if (!Objects.equals(account, target.account)
                && (facts.reasoningBoundTo().isEmpty() || facts.isReasoningBoundTo(Binding.ACCOUNT))) {
            return Mismatch.ACCOUNT;
        }
        return target.model == null || !facts.isReasoningBoundTo(Binding.MODEL) || isReadBy(target.model, facts)
                ? null
                : Mismatch.MODEL;
    }

    private boolean isReadBy(String other, WireFacts facts) {
        String made = core(Objects.requireNonNull(model));
        if (made.equals(core(other))) {
            return true;
        }
        for (String readable : facts.readsReasoningOf()) {
            if (readable.endsWith("*")
                    ? made.startsWith(readable.substring(0, readable.length() - 1))
                    : made.equals(readable)) {
                return true;
            }
        }
        return false;
    }

    /** Returns a model's name without its place, date and revision, which differ between ids of one model. */
    private static String core(String id) {
        return REVISION.matcher(PLACE.matcher(id).replaceFirst("")).replaceFirst("");
    }

    /** Returns this origin in words for people. */
    String words() {
        return reader + (model == null ? "" : ", model " + model) + (account == null ? "" : ", account " + account);
    }

    private static String plain(String written) {
        return written.replace("%3F", "?").replace("%26", "&").replace("%25", "%");
    }

    private static String written(String plain) {
        return plain.replace("%", "%25").replace("&", "%26").replace("?", "%3F");
    }

    /** Returns the text of this origin, which {@link #parse} reads. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(written(reader));
        char mark = '?';
        mark = append(text, mark, "model", model);
        mark = append(text, mark, "account", account);
        append(text, mark, "prefix", prefix);
        return text.toString();
    }

    private static char append(StringBuilder text, char mark, String name, @Nullable String value) {
        if (value == null) {
            return mark;
        }
        text.append(mark).append(name).append('=').append(written(value));
        return '&';
    }
}
