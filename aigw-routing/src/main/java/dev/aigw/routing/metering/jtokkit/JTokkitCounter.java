package dev.aigw.routing.metering.jtokkit;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import dev.aigw.api.token.TokenCounter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts tokens with the vocabularies published by OpenAI. Exact for text of OpenAI's models; for other vendors'
 * models, which have other vocabularies, about as accurate as the default counter and slower.
 *
 * <pre>{@code
 * TokenCounter counter = JTokkitCounter.builder().encoding("gpt-4-", "cl100k_base").build();
 * ModelRouter router = ModelRouter.builder().tokenCounter(counter) ... .build();
 * }</pre>
 *
 * <p>The prefix of the model's id selects the encoding; {@code o200k_base} if none matches, since JTokkit's own list of
 * models is older than most of them. Vocabularies are loaded when first used, some tens of megabytes each. Immutable
 * and safe for use by many threads.
 */
public final class JTokkitCounter implements TokenCounter {

    private static final EncodingRegistry REGISTRY = Encodings.newLazyEncodingRegistry();

    private final Map<String, EncodingType> byPrefix;

    private JTokkitCounter(Map<String, EncodingType> byPrefix) {
        this.byPrefix = byPrefix;
    }

    /** Returns a counter that uses {@code o200k_base} for every model. */
    public static JTokkitCounter create() {
        return builder().build();
    }

    /** Starts a counter that uses {@code o200k_base} where no other encoding is set. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public long count(CharSequence text, String model) {
        return encoding(model).countTokensOrdinary(text.toString());
    }

    private Encoding encoding(String model) {
        EncodingType best = EncodingType.O200K_BASE;
        int length = -1;
        for (Map.Entry<String, EncodingType> entry : byPrefix.entrySet()) {
            if (entry.getKey().length() > length && model.startsWith(entry.getKey())) {
                best = entry.getValue();
                length = entry.getKey().length();
            }
        }
        return REGISTRY.getEncoding(best);
    }

    @Override
    public String toString() {
        return "JTokkitCounter{" + byPrefix + "}";
    }

    /** Builds a {@link JTokkitCounter}. Not safe for use by several threads. */
    public static final class Builder {

        private final Map<String, EncodingType> byPrefix = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Uses {@code encoding} for models whose id begins with {@code prefix}; the longest matching prefix wins.
         *
         * @param encoding a name such as {@code o200k_base} or {@code cl100k_base}
         * @throws IllegalArgumentException if there is no such encoding
         * @throws IllegalStateException if the prefix has an encoding already
         */
        public Builder encoding(String prefix, String encoding) {
            @Nullable EncodingType type = EncodingType.fromName(encoding).orElse(null);
            if (type == null) {
                throw new IllegalArgumentException("there is no encoding \"" + encoding + "\"; use one of "
                        + Arrays.stream(EncodingType.values())
                                .map(EncodingType::getName)
                                .toList());
            }
            if (byPrefix.putIfAbsent(prefix, type) != null) {
                throw new IllegalStateException(
                        "the encoding of \"" + prefix + "\" is set twice: remove one of the two");
            }
            return this;
        }

        /** Returns the counter. */
        public JTokkitCounter build() {
            return new JTokkitCounter(new LinkedHashMap<>(byPrefix));
        }
    }
}
