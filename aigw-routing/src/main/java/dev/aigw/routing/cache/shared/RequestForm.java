package dev.aigw.routing.cache.shared;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Media;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.internal.JsonFields;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.rerank.RerankRequest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The plain form of what affects a request's answer: everything that its {@linkplain ModelRequest#cacheIdentity()
 * identity} compares, and nothing else.
 */
final class RequestForm {

    /** What does not affect the answer. */
    private static final Set<String> NO_INFLUENCE = Set.of("model", "metadata", "user");

    private RequestForm() {}

    /**
     * Returns the plain form.
     *
     * @throws Unwritable if it is a request of a custom operation
     */
    static Object of(ModelRequest request) throws Unwritable {
        if (request instanceof ChatRequest chat) {
            return of(chat);
        }
        if (request instanceof EmbeddingRequest embedding) {
            return JsonFields.none()
                    .with("inputs", embedding.inputs())
                    .with("dimensions", embedding.dimensions())
                    .with("extra", embedding.extra())
                    .plain();
        }
        if (request instanceof RerankRequest rerank) {
            return JsonFields.none()
                    .with("query", rerank.query())
                    .with("documents", rerank.documents())
                    .with("top", rerank.topN())
                    .with("extra", rerank.extra())
                    .plain();
        }
        if (request instanceof ModerationRequest moderation) {
            return JsonFields.none()
                    .with("texts", moderation.texts())
                    .with("images", moderation.images(), Media::toMap)
                    .with("extra", moderation.extra())
                    .plain();
        }
        if (request instanceof InferenceRequest inference) {
            return JsonFields.none()
                    .with("inputs", inference.inputs(), TensorForm::of)
                    .with("outputs", inference.outputs())
                    .with("parameters", inference.parameters())
                    .plain();
        }
        if (request instanceof PredictRequest predict) {
            return JsonFields.none().with("payload", predict.payload()).plain();
        }
        if (request instanceof SpeechRequest speech) {
            return JsonFields.none()
                    .with("text", speech.text())
                    .with("voice", speech.voice())
                    .with("instructions", speech.instructions())
                    .with("format", speech.format())
                    .with("speed", speech.speed())
                    .with("extra", speech.extra())
                    .plain();
        }
        throw new Unwritable("a request of " + request.getClass().getName());
    }

    private static Object of(ChatRequest chat) {
        Map<String, @Nullable Object> form = chat.toMap();
        form.keySet().removeAll(NO_INFLUENCE);
        return form;
    }
}
