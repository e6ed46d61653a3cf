package dev.aigw.providers.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Hand-written LangChain4j models. */
final class Models {

    private Models() {}

    static ChatResponse answer(String text) {
        return ChatResponse.builder().aiMessage(AiMessage.from(text)).build();
    }

    /** Answers with a function and records the requests. */
    static final class Blocking implements ChatModel {
        final List<ChatRequest> seen = new ArrayList<>();
        private final Function<ChatRequest, ChatResponse> answer;

        Blocking(Function<ChatRequest, ChatResponse> answer) {
            this.answer = answer;
        }

        static Blocking of(ChatResponse response) {
            return new Blocking(request -> response);
        }

        @Override
        public ChatResponse doChat(ChatRequest request) {
            seen.add(request);
            return answer.apply(request);
        }
    }

    /** Calls back before it returns. */
    static final class Streaming implements StreamingChatModel {
        private final Consumer<StreamingChatResponseHandler> script;

        Streaming(Consumer<StreamingChatResponseHandler> script) {
            this.script = script;
        }

        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
            script.accept(handler);
        }
    }

    /** Records whether it was cancelled. */
    static final class Handle implements StreamingHandle {
        private volatile boolean cancelled;

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }
}
