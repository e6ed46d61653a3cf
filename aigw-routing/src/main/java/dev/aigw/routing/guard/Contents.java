package dev.aigw.routing.guard;

import static dev.aigw.routing.guard.JsonContent.isSame;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.audio.TranscriptionResponse;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchSubmitted;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Media;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.guard.ContentEditor;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.EditableContent;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Visits the content of requests and replies, always in the same order. What is unchanged is returned as the same
 * object.
 */
final class Contents {

    private Contents() {}

    /** Returns the request with the content that {@code editor} returns; null if its type is not known. */
    static @Nullable ModelRequest edited(ModelRequest request, ContentEditor editor) {
        return edited(request, "", editor);
    }

    private static @Nullable ModelRequest edited(ModelRequest request, String prefix, ContentEditor editor) {
        if (request instanceof ChatRequest chat) {
            return ChatContent.edited(chat, prefix, editor);
        }
        if (request instanceof EditableContent<?> own) {
            return own.edited(editor) instanceof ModelRequest edited ? edited : null;
        }
        if (request instanceof BatchRequest batch) {
            int[] item = {0};
            return batch.map(each -> Objects.requireNonNull(edited(each, "items[" + item[0]++ + "].", editor)));
        }
        ModelRequest changed;
        if (request instanceof EmbeddingRequest embedding) {
            changed = embedding(embedding, prefix, editor);
        } else if (request instanceof RerankRequest rerank) {
            changed = rerank(rerank, editor);
        } else if (request instanceof ModerationRequest moderation) {
            changed = moderation(moderation, editor);
        } else if (request instanceof ImageRequest image) {
            changed = image(image, editor);
        } else if (request instanceof TranscriptionRequest transcription) {
            changed = transcription(transcription, editor);
        } else if (request instanceof SpeechRequest speech) {
            changed = speech(speech, editor);
        } else if (request instanceof InferenceRequest inference) {
            changed = inference(inference, editor);
        } else if (request instanceof PredictRequest predict) {
            changed = predict(predict, editor);
        } else {
            return null;
        }
        Map<String, ?> extra = JsonContent.edited(request.extra(), ContentOrigin.DATA, prefix + "extra", editor);
        return extra == request.extra() ? changed : changed.withExtra(extra);
    }

    private static ModelRequest embedding(EmbeddingRequest request, String prefix, ContentEditor editor) {
        List<String> inputs = texts(request.inputs(), ContentOrigin.USER, prefix + "inputs", editor);
        String user = user(request.user(), prefix, editor);
        if (inputs == request.inputs() && Objects.equals(user, request.user())) {
            return request;
        }
        return request.toBuilder().inputs(inputs).user(user).build();
    }

    private static ModelRequest rerank(RerankRequest request, ContentEditor editor) {
        String query = editor.text(ContentOrigin.USER, "query", request.query());
        List<String> documents = texts(request.documents(), ContentOrigin.DOCUMENT, "documents", editor);
        return query.equals(request.query()) && documents == request.documents()
                ? request
                : request.toBuilder().query(query).documents(documents).build();
    }

    private static ModelRequest moderation(ModerationRequest request, ContentEditor editor) {
        List<String> texts = texts(request.texts(), ContentOrigin.USER, "texts", editor);
        List<Media> images = media(request.images(), "images", editor);
        return texts == request.texts() && images == request.images()
                ? request
                : request.toBuilder().texts(texts).images(images).build();
    }

    private static ModelRequest image(ImageRequest request, ContentEditor editor) {
        String prompt = editor.text(ContentOrigin.USER, "prompt", request.prompt());
        List<Media> images = media(request.images(), "images", editor);
        Media mask = request.mask() == null ? null : editor.media(ContentOrigin.USER, "mask", request.mask());
        String user = user(request.user(), "", editor);
        if (prompt.equals(request.prompt())
                && images == request.images()
                && isSame(mask, request.mask())
                && Objects.equals(user, request.user())) {
            return request;
        }
        return request.toBuilder()
                .prompt(prompt)
                .images(images)
                .mask(mask)
                .user(user)
                .build();
    }

    private static ModelRequest transcription(TranscriptionRequest request, ContentEditor editor) {
        Media audio = editor.media(ContentOrigin.USER, "audio", request.audio());
        String prompt = request.prompt() == null ? null : editor.text(ContentOrigin.USER, "prompt", request.prompt());
        return isSame(audio, request.audio()) && Objects.equals(prompt, request.prompt())
                ? request
                : request.toBuilder().audio(audio).prompt(prompt).build();
    }

    private static ModelRequest speech(SpeechRequest request, ContentEditor editor) {
        String text = editor.text(ContentOrigin.USER, "text", request.text());
        String instructions = request.instructions() == null
                ? null
                : editor.text(ContentOrigin.SYSTEM, "instructions", request.instructions());
        return text.equals(request.text()) && Objects.equals(instructions, request.instructions())
                ? request
                : request.toBuilder().text(text).instructions(instructions).build();
    }

    private static ModelRequest inference(InferenceRequest request, ContentEditor editor) {
        List<Tensor> inputs = tensors(request.inputs(), "inputs", editor);
        JsonContent.visit(request.parameters(), ContentOrigin.DATA, "parameters", editor);
        return inputs == request.inputs()
                ? request
                : request.toBuilder().inputs(inputs).build();
    }

    private static ModelRequest predict(PredictRequest request, ContentEditor editor) {
        Object payload = request.payload();
        if (!JsonContent.isPlain(payload)) { // an application's own type, as it will be written
            JsonMapper mapper = JsonMapper.installed();
            payload = mapper.read(mapper.write(payload), Object.class);
        }
        Object edited = JsonContent.edited(payload, ContentOrigin.DATA, "payload", editor);
        return edited == payload || edited == null ? request : PredictRequest.of(request.model(), edited);
    }

    /** Returns the reply with the content that {@code editor} returns; null if its type is not known. */
    static @Nullable ModelReply edited(ModelReply reply, ContentEditor editor) {
        if (reply instanceof ChatResponse chat) {
            return ChatContent.edited(chat, editor);
        }
        if (reply instanceof EditableContent<?> own) {
            return own.edited(editor) instanceof ModelReply edited ? edited : null;
        }
        if (reply instanceof ImageResponse images) {
            return images(images, editor);
        }
        if (reply instanceof TranscriptionResponse transcription) {
            return transcription(transcription, editor);
        }
        if (reply instanceof InferenceResponse inference) {
            List<Tensor> outputs = tensors(inference.outputs(), "outputs", editor);
            return outputs == inference.outputs()
                    ? reply
                    : inference.toBuilder().outputs(outputs).build();
        }
        if (reply instanceof PredictResponse predict) {
            Object json = JsonContent.edited(predict.json(), ContentOrigin.DATA, "json", editor);
            return json == predict.json()
                    ? reply
                    : PredictResponse.of(json)
                            .withMapper(predict.mapper())
                            .withUsage(predict.usage())
                            .withRoute(predict.route());
        }
        if (reply instanceof EmbeddingResponse
                || reply instanceof RerankResponse
                || reply instanceof ModerationResponse
                || reply instanceof BatchSubmitted) {
            return reply; // numbers
        }
        if (reply instanceof SpeechResponse speech) {
            editor.media(ContentOrigin.MODEL, "audio", speech.audio());
            return reply;
        }
        return null;
    }

    private static ModelReply images(ImageResponse reply, ContentEditor editor) {
        List<ImageResponse.GeneratedImage> changed =
                new ArrayList<>(reply.images().size());
        boolean same = true;
        for (int i = 0; i < reply.images().size(); i++) {
            ImageResponse.GeneratedImage image = reply.images().get(i);
            Media media = editor.media(ContentOrigin.MODEL, "images[" + i + "]", image.media());
            String revised = image.revisedPrompt();
            String prompt = revised == null
                    ? null
                    : editor.text(ContentOrigin.MODEL, "images[" + i + "].revisedPrompt", revised);
            boolean kept = isSame(media, image.media()) && Objects.equals(prompt, revised);
            same &= kept;
            changed.add(kept ? image : new ImageResponse.GeneratedImage(media, prompt));
        }
        return same ? reply : reply.toBuilder().images(changed).build();
    }

    /** Visits a transcript. An edited one loses its segments and words, which repeat the text piece by piece. */
    private static ModelReply transcription(TranscriptionResponse reply, ContentEditor editor) {
        String text = editor.text(ContentOrigin.MODEL, "text", reply.text());
        return text.equals(reply.text())
                ? reply
                : reply.toBuilder()
                        .text(text)
                        .segments(List.of())
                        .words(List.of())
                        .build();
    }

    private static List<Tensor> tensors(List<Tensor> tensors, String path, ContentEditor editor) {
        List<Tensor> changed = null;
        for (int i = 0; i < tensors.size(); i++) {
            Tensor tensor = tensors.get(i);
            Tensor edited = tensor(tensor, path + "." + tensor.name(), editor);
            if (!isSame(edited, tensor)) {
                if (changed == null) {
                    changed = new ArrayList<>(tensors);
                }
                changed.set(i, edited);
            }
        }
        return changed == null ? tensors : changed;
    }

    private static Tensor tensor(Tensor tensor, String path, ContentEditor editor) {
        editor.tensor(ContentOrigin.DATA, path, tensor);
        if (tensor.datatype() != DataType.BYTES) {
            return tensor;
        }
        List<byte[]> elements = tensor.bytes();
        List<byte[]> changed = null;
        for (int i = 0; i < elements.size(); i++) {
            String text = new String(elements.get(i), StandardCharsets.UTF_8);
            String edited = editor.text(ContentOrigin.DATA, path + "[" + i + "]", text);
            if (!edited.equals(text)) {
                if (changed == null) {
                    changed = new ArrayList<>(elements);
                }
                changed.set(i, edited.getBytes(StandardCharsets.UTF_8));
            }
        }
        return changed == null
                ? tensor
                : Tensor.ofBytes(tensor.name(), changed, tensor.shape()).withParameters(tensor.parameters());
    }

    private static List<String> texts(List<String> texts, ContentOrigin origin, String path, ContentEditor editor) {
        List<String> changed = null;
        for (int i = 0; i < texts.size(); i++) {
            String edited = editor.text(origin, path + "[" + i + "]", texts.get(i));
            if (!edited.equals(texts.get(i))) {
                if (changed == null) {
                    changed = new ArrayList<>(texts);
                }
                changed.set(i, edited);
            }
        }
        return changed == null ? texts : changed;
    }

    private static List<Media> media(List<Media> media, String path, ContentEditor editor) {
        List<Media> changed = null;
        for (int i = 0; i < media.size(); i++) {
            Media edited = editor.media(ContentOrigin.USER, path + "[" + i + "]", media.get(i));
            if (!isSame(edited, media.get(i))) {
                if (changed == null) {
                    changed = new ArrayList<>(media);
                }
                changed.set(i, edited);
            }
        }
        return changed == null ? media : changed;
    }

    private static @Nullable String user(@Nullable String user, String prefix, ContentEditor editor) {
        return user == null ? null : editor.text(ContentOrigin.DATA, prefix + "user", user);
    }
}
