package dev.aigw.routing.cache.shared;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Media;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.internal.JsonFields;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The plain form of replies, without their routes, which belong to the calls that made them. */
final class ReplyForm {

    private ReplyForm() {}

    /**
     * Returns the plain form.
     *
     * @throws Unwritable if it is a reply of a custom operation
     */
    static Object of(ModelReply reply) throws Unwritable {
        if (reply instanceof ChatResponse chat) {
            return type("chat")
                    .with("response", chat.withRoute(Route.NONE).toMap())
                    .plain();
        }
        return fields(reply).with("usage", reply.usage().toMap()).plain();
    }

    private static JsonFields fields(ModelReply reply) throws Unwritable {
        if (reply instanceof EmbeddingResponse embedding) {
            return type("embedding").with("model", embedding.model()).with("vectors", embedding.embeddings());
        }
        if (reply instanceof RerankResponse rerank) {
            return type("rerank")
                    .with("id", rerank.id())
                    .with("model", rerank.model())
                    .with("results", rerank.results(), result -> List.of(result.index(), result.score()))
                    .with("extra", rerank.extra());
        }
        if (reply instanceof ModerationResponse moderation) {
            return type("moderation")
                    .with("id", moderation.id())
                    .with("model", moderation.model())
                    .with(
                            "results",
                            moderation.results(),
                            verdict -> List.of(verdict.flagged(), verdict.categories(), verdict.scores()))
                    .with("extra", moderation.extra());
        }
        if (reply instanceof InferenceResponse inference) {
            return type("inference")
                    .with("model", inference.modelName())
                    .with("version", inference.modelVersion())
                    .with("id", inference.id())
                    .with("outputs", inference.outputs(), TensorForm::of)
                    .with("parameters", inference.parameters());
        }
        if (reply instanceof PredictResponse predict) {
            boolean madeOfText =
                    !predict.equals(PredictResponse.of(predict.json()).withUsage(predict.usage()));
            return type("predict").with("json", predict.json()).with("text", madeOfText ? predict.rawJson() : null);
        }
        if (reply instanceof SpeechResponse speech) {
            return type("speech")
                    .with("model", speech.model())
                    .with("audio", speech.audio().toMap())
                    .with("extra", speech.extra());
        }
        throw new Unwritable("a reply of " + reply.getClass().getName());
    }

    private static JsonFields type(String type) {
        return JsonFields.none().with("type", type);
    }

    /** Returns the reply, which {@code mapper} reads as an application's type. */
    static ModelReply reply(@Nullable Object form, JsonMapper mapper) {
        JsonFields fields = JsonFields.read(form, "");
        String type = fields.needText("type");
        return switch (type) {
            case "chat" ->
                ChatResponse.fromMap(fields.map("response")).toBuilder()
                        .mapper(mapper)
                        .build();
            case "embedding" ->
                EmbeddingResponse.builder()
                        .model(fields.text("model"))
                        .embeddings(fields.list("vectors", (vector, path) -> vector(vector)))
                        .usage(TokenUsage.fromMap(fields.map("usage")))
                        .build();
            case "rerank" -> rerank(fields);
            case "moderation" -> moderation(fields);
            case "inference" -> inference(fields);
            case "predict" -> predict(fields, mapper);
            case "speech" -> speech(fields);
            default -> throw new IllegalArgumentException("there is no reply of type " + type);
        };
    }

    private static float[] vector(@Nullable Object form) {
        return (float[]) Objects.requireNonNull(form);
    }

    private static RerankResponse rerank(JsonFields fields) {
        RerankResponse.Builder rerank = RerankResponse.builder()
                .id(fields.text("id"))
                .model(fields.text("model"))
                .results(fields.list("results", (form, path) -> {
                    List<?> result = (List<?>) Objects.requireNonNull(form);
                    return new RerankResponse.Result((Integer) result.get(0), (Double) result.get(1));
                }))
                .usage(TokenUsage.fromMap(fields.map("usage")));
        fields.map("extra").forEach(rerank::extra);
        return rerank.build();
    }

    private static ModerationResponse moderation(JsonFields fields) {
        ModerationResponse.Builder moderation = ModerationResponse.builder()
                .id(fields.text("id"))
                .model(fields.text("model"))
                .results(fields.list("results", (form, path) -> {
                    List<?> verdict = (List<?>) Objects.requireNonNull(form);
                    return new ModerationResponse.Verdict(
                            (Boolean) verdict.get(0),
                            typed(verdict.get(1), Boolean.class),
                            typed(verdict.get(2), Double.class));
                }))
                .usage(TokenUsage.fromMap(fields.map("usage")));
        fields.map("extra").forEach(moderation::extra);
        return moderation.build();
    }

    private static <T> Map<String, T> typed(@Nullable Object form, Class<T> type) {
        Map<String, T> typed = new LinkedHashMap<>();
        JsonFields.read(form, "")
                .plain()
                .forEach((name, value) -> typed.put(name, type.cast(Objects.requireNonNull(value))));
        return typed;
    }

    private static InferenceResponse inference(JsonFields fields) {
        InferenceResponse.Builder inference = InferenceResponse.builder()
                .modelName(fields.text("model"))
                .modelVersion(fields.text("version"))
                .id(fields.text("id"))
                .outputs(fields.list("outputs", (tensor, path) -> TensorForm.tensor(tensor)));
        fields.map("parameters").forEach(inference::parameter);
        return inference.build();
    }

    private static PredictResponse predict(JsonFields fields, JsonMapper mapper) {
        Object json = fields.get("json", Object.class);
        String text = fields.text("text");
        PredictResponse predict = text == null ? PredictResponse.of(json) : PredictResponse.of(json, text, mapper);
        return predict.withUsage(TokenUsage.fromMap(fields.map("usage")));
    }

    private static SpeechResponse speech(JsonFields fields) {
        SpeechResponse.Builder speech = SpeechResponse.builder()
                .model(fields.text("model"))
                .audio(Media.fromMap(fields.map("audio")))
                .usage(TokenUsage.fromMap(fields.map("usage")));
        fields.map("extra").forEach(speech::extra);
        return speech.build();
    }
}
