package dev.aigw.examples.stories;

import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import java.io.PrintStream;
import java.util.List;

/**
 * Orders passages by how well they answer a question, for example to choose those for a prompt. The model is the real
 * one of {@link LocalModel}, behind {@code POST /v1/rerank} in the format of Cohere, Jina and vLLM. It compares
 * embeddings, whereas a model made for ranking reads question and passage together.
 */
public final class Ranking {

    private static final List<String> PASSAGES = List.of(
            "Our shop is open from Monday to Friday, nine to five.",
            "You may send goods back within thirty days, and we return what you paid.",
            "A subscription ends by itself after a year.",
            "Refunds reach your bank account within a week after we have received the parcel.");

    private Ranking() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        try (LocalModelService service = LocalModelService.start("minilm", LocalModel.load());
                ModelRouter router = ModelRouter.builder()
                        .provider(OpenAiAdapter.builder(Dialects.VLLM)
                                .baseUrl(service.baseUrl())
                                .build())
                        .model("ranker", ranker -> ranker.deployment("vllm/all-MiniLM-L6-v2"))
                        .build()) {
            RerankResponse ranked = router.rerank(RerankRequest.builder("ranker")
                    .query("How long does a refund take?")
                    .documents(PASSAGES)
                    .topN(3)
                    .build());
            for (RerankResponse.Result result : ranked.results()) {
                out.printf("%.2f  %s%n", result.score(), PASSAGES.get(result.index()));
            }
        }
    }
}
