package dev.aigw.examples.stories;

import dev.aigw.api.chat.ChatRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The README and the guides that it links to, directly or over other pages, split into passages that can be found by
 * meaning. The build copies the pages to the class path. Immutable and safe for use by many threads.
 */
final class Guide {

    private static final String FIRST_PAGE = "README.md";
    private static final int PASSAGES_PER_QUESTION = 5;

    private final List<Passage> passages;
    private final LocalModel model;

    private Guide(LocalModel model, List<Passage> passages) {
        this.model = model;
        this.passages = passages;
    }

    /** Reads the pages and embeds their passages with the model. */
    static Guide load(LocalModel model) {
        List<Passage> passages = new ArrayList<>();
        Set<String> known = new HashSet<>(Set.of(FIRST_PAGE));
        Deque<String> next = new ArrayDeque<>(known);
        while (!next.isEmpty()) {
            String page = next.remove();
            String text = text(page);
            passages.addAll(Markdown.passages(page, text));
            for (String link : Markdown.links(page, text)) {
                if (Guide.class.getResource("/guide/" + link) != null && known.add(link)) {
                    next.add(link);
                }
            }
        }
        return of(model, passages);
    }

    private static String text(String page) {
        try (InputStream in = Guide.class.getResourceAsStream("/guide/" + page)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the guide's page " + page, e);
        }
    }

    /** Returns a guide of these passages. */
    static Guide of(LocalModel model, List<Passage> passages) {
        if (passages.isEmpty()) {
            throw new IllegalStateException("the guide is empty: build with Maven, which copies README.md and the"
                    + " modules' guides to the class path under guide/");
        }
        passages.forEach(passage -> model.embed(passage.meanings()));
        return new Guide(model, List.copyOf(passages));
    }

    /** Returns how many passages there are. */
    int size() {
        return passages.size();
    }

    /** Returns the passages nearest in meaning to {@code question}, nearest first. */
    List<Passage> nearest(float[] question) {
        double[] nearness = passages.stream()
                .mapToDouble(passage -> model.nearness(question, passage))
                .toArray();
        return IntStream.range(0, nearness.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -nearness[i]))
                .limit(PASSAGES_PER_QUESTION)
                .map(passages::get)
                .toList();
    }

    /** Returns the request that asks {@code model} to answer {@code question} from {@code passages}. */
    static ChatRequest request(String model, String question, List<Passage> passages) {
        return ChatRequest.builder(model)
                .system("Answer the user's question about the Java library aigw from the passages below alone, briefly,"
                        + " and name the passages you used. If they do not answer it, say so.\n\n"
                        + Passage.mark(passages))
                .user(question)
                .build();
    }
}
