package dev.aigw.api.chat;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.internal.JsonFields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plain form of responses. */
final class ResponseForm {

    private static final String TYPE = "chat_response";

    /** Increment it when an older reader would misread a change. A new member that may be ignored is no such change. */
    private static final int VERSION = 1;

    private ResponseForm() {}

    static Map<String, @Nullable Object> of(ChatResponse chat) {
        Logprobs logprobs = chat.logprobs();
        return JsonFields.of(TYPE, VERSION)
                .with("id", chat.id())
                .with("model", chat.model())
                .with("parts", chat.message().parts(), PartForm::of)
                .with("finish_reason", chat.finishReason().kind())
                .with("finish_word", chat.finishReason().raw())
                .with("usage", chat.usage().toMap())
                .with(
                        "logprobs",
                        logprobs == null
                                ? null
                                : logprobs.tokens().stream()
                                        .map(ResponseForm::of)
                                        .toList())
                .with("service_tier", chat.serviceTier())
                .with("warnings", chat.warnings(), warning -> warning)
                .with("extra", chat.extra())
                .with(
                        "route",
                        chat.route().equals(Route.NONE)
                                ? Map.of()
                                : chat.route().toMap())
                .plain();
    }

    static ChatResponse response(Map<String, ?> form, JsonMapper mapper) {
        JsonFields fields = JsonFields.read(form, TYPE, VERSION);
        ChatResponse.Builder chat = ChatResponse.builder()
                .id(fields.text("id"))
                .model(fields.text("model"))
                .parts(fields.list("parts", PartForm::part))
                .finishReason(FinishReason.of(
                        fields.constant("finish_reason", FinishReason.Kind.class), fields.needText("finish_word")))
                .usage(TokenUsage.fromMap(fields.map("usage")))
                .logprobs(fields.has("logprobs") ? new Logprobs(fields.list("logprobs", ResponseForm::token)) : null)
                .serviceTier(fields.text("service_tier"))
                .route(fields.has("route") ? Route.fromMap(fields.map("route")) : Route.NONE)
                .mapper(mapper);
        fields.texts("warnings").forEach(chat::warning);
        fields.map("extra").forEach(chat::extra);
        return chat.build();
    }

    private static Object of(Logprobs.Token token) {
        return JsonFields.none()
                .with("token", token.token())
                .with("logprob", token.logprob())
                .with("top", token.top(), ResponseForm::of)
                .plain();
    }

    private static Logprobs.Token token(@Nullable Object form, String path) {
        JsonFields fields = JsonFields.read(form, path);
        fields.need("logprob", Number.class);
        Double logprob = fields.number("logprob");
        return new Logprobs.Token(
                fields.needText("token"), logprob == null ? 0 : logprob, fields.list("top", ResponseForm::token));
    }
}
