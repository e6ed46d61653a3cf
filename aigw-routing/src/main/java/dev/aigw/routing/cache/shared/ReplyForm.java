package dev.aigw.routing.cache.shared;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelReply;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.inference.InferenceResponse;
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
        return fields(reply).with("usage", ChatForm.of(reply.usage())).plain();
    }

    private static Fields fields(ModelReply reply) throws Unwritable {
        if (reply instanceof ChatResponse chat) {
            return chat(chat);
        }
        if (reply instanceof EmbeddingResponse embedding) {
            return type("embedding").with("model", embedding.model()).with("vectors", embedding.embeddings());
        }
        if (reply instanceof RerankResponse rerank) {
            return type("rerank")
                    .with("id", rerank.id())
                    .with("model", rerank.model())
                    .with("results", rerank.results(), result -> List.of(result.index(), result.score()))
                    .with("extra", unlessEmpty(rerank.extra()));
        }
        if (reply instanceof ModerationResponse moderation) {
            return type("moderation")
                    .with("id", moderation.id())
                    .with("model", moderation.model())
                    .with(
                            "results",
                            moderation.results(),
                            verdict -> List.of(verdict.flagged(), verdict.categories(), verdict.scores()))
                    .with("extra", unlessEmpty(moderation.extra()));
        }
        if (reply instanceof InferenceResponse inference) {
            return type("inference")
                    .with("model", inference.modelName())
                    .with("version", inference.modelVersion())
                    .with("id", inference.id())
                    .with("outputs", inference.outputs(), TensorForm::of)
                    .with("parameters", unlessEmpty(inference.parameters()));
        }
        if (reply instanceof PredictResponse predict) {
            boolean madeOfText =
                    !predict.equals(PredictResponse.of(predict.json()).withUsage(predict.usage()));
            return type("predict").with("json", predict.json()).with("text", madeOfText ? predict.rawJson() : null);
        }
        if (reply instanceof SpeechResponse speech) {
            return type("speech")
                    .with("model", speech.model())
                    .with("audio", ChatForm.of(speech.audio()))
                    .with("extra", unlessEmpty(speech.extra()));
        }
        throw new Unwritable("a reply of " + reply.getClass().getName());
    }

    private static Fields type(String type) {
        return Fields.none().with("type", type);
    }

    private static @Nullable Object unlessEmpty(Map<String, ?> map) {
        return map.isEmpty() ? null : map;
    }

    private static Fields chat(ChatResponse chat) {
        Logprobs logprobs = chat.logprobs();
        return type("chat")
                .with("id", chat.id())
                .with("model", chat.model())
                .with("parts", chat.message().parts(), ChatForm::of)
                .with("finish", chat.finishReason().kind())
                .with("finish_raw", chat.finishReason().raw())
                .with(
                        "logprobs",
                        logprobs == null
                                ? null
                                : logprobs.tokens().stream().map(ChatForm::of).toList())
                .with("tier", chat.serviceTier())
                .with("warnings", chat.warnings(), warning -> warning)
                .with("extra", unlessEmpty(chat.extra()));
    }

    /** Returns the reply, which {@code mapper} reads as an application's type. */
    static ModelReply reply(@Nullable Object form, JsonMapper mapper) {
        Fields fields = Fields.of(form);
        String type = fields.needText("type");
        return switch (type) {
            case "chat" -> chat(fields, mapper);
            case "embedding" ->
                EmbeddingResponse.builder()
                        .model(fields.text("model"))
                        .embeddings(fields.list("vectors", ReplyForm::vector))
                        .usage(ChatForm.usage(fields.get("usage", Object.class)))
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

    private static ChatResponse chat(Fields fields, JsonMapper mapper) {
        ChatResponse.Builder chat = ChatResponse.builder()
                .id(fields.text("id"))
                .model(fields.text("model"))
                .parts(fields.list("parts", ChatForm::part))
                .finishReason(FinishReason.of(
                        fields.constant("finish", FinishReason.Kind.class), fields.needText("finish_raw")))
                .usage(ChatForm.usage(fields.get("usage", Object.class)))
                .logprobs(fields.has("logprobs") ? new Logprobs(fields.list("logprobs", ChatForm::token)) : null)
                .serviceTier(fields.text("tier"))
                .mapper(mapper);
        fields.list("warnings", warning -> (String) Objects.requireNonNull(warning))
                .forEach(chat::warning);
        fields.map("extra").forEach(chat::extra);
        return chat.build();
    }

    private static RerankResponse rerank(Fields fields) {
        RerankResponse.Builder rerank = RerankResponse.builder()
                .id(fields.text("id"))
                .model(fields.text("model"))
                .results(fields.list("results", form -> {
                    List<?> result = (List<?>) Objects.requireNonNull(form);
                    return new RerankResponse.Result((Integer) result.get(0), (Double) result.get(1));
                }))
                .usage(ChatForm.usage(fields.get("usage", Object.class)));
        fields.map("extra").forEach(rerank::extra);
        return rerank.build();
    }

    private static ModerationResponse moderation(Fields fields) {
        ModerationResponse.Builder moderation = ModerationResponse.builder()
                .id(fields.text("id"))
                .model(fields.text("model"))
                .results(fields.list("results", form -> {
                    List<?> verdict = (List<?>) Objects.requireNonNull(form);
                    return new ModerationResponse.Verdict(
                            (Boolean) verdict.get(0),
                            typed(verdict.get(1), Boolean.class),
                            typed(verdict.get(2), Double.class));
                }))
                .usage(ChatForm.usage(fields.get("usage", Object.class)));
        fields.map("extra").forEach(moderation::extra);
        return moderation.build();
    }

    private static <T> Map<String, T> typed(@Nullable Object form, Class<T> type) {
        Map<String, T> typed = new LinkedHashMap<>();
        Fields.of(form).plain().forEach((name, value) -> typed.put(name, type.cast(Objects.requireNonNull(value))));
        return typed;
    }

    private static InferenceResponse inference(Fields fields) {
        InferenceResponse.Builder inference = InferenceResponse.builder()
                .modelName(fields.text("model"))
                .modelVersion(fields.text("version"))
                .id(fields.text("id"))
                .outputs(fields.list("outputs", TensorForm::tensor));
        fields.map("parameters").forEach(inference::parameter);
        return inference.build();
    }

    private static PredictResponse predict(Fields fields, JsonMapper mapper) {
        Object json = fields.get("json", Object.class);
        String text = fields.text("text");
        PredictResponse predict = text == null ? PredictResponse.of(json) : PredictResponse.of(json, text, mapper);
        return predict.withUsage(ChatForm.usage(fields.get("usage", Object.class)));
    }

    private static SpeechResponse speech(Fields fields) {
        SpeechResponse.Builder speech = SpeechResponse.builder()
                .model(fields.text("model"))
                .audio(ChatForm.media(fields.need("audio", Object.class)))
                .usage(ChatForm.usage(fields.get("usage", Object.class)));
        fields.map("extra").forEach(speech::extra);
        return speech.build();
    }
}
