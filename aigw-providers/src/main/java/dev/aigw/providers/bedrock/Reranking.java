package dev.aigw.providers.bedrock;

import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.kit.RerankCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes rerank requests and reads their replies.
 *
 * @see <a href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html">"Rerank" in the
 *     reference of Agents for Amazon Bedrock Runtime</a>
 */
final class Reranking {

    static final String PATH = "/rerank";

    private Reranking() {}

    /** Returns the server for reranking that belongs to a server for models; a server with another name serves both. */
    static String server(String url) {
        return url.replace("://bedrock-runtime.", "://bedrock-agent-runtime.");
    }

    /** Returns the ARN of a foundation model. */
    static String arn(String model, String region) {
        String partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
        return "arn:" + partition + ":bedrock:" + region + "::foundation-model/" + model;
    }

    /** Returns the body of a request; its extras are sent to the model. */
    static Map<String, Object> encode(RerankRequest request, String arn) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("modelArn", arn);
        if (!request.extra().isEmpty()) {
            model.put("additionalModelRequestFields", request.extra());
        }
        Map<String, Object> ranking = new LinkedHashMap<>();
        ranking.put("modelConfiguration", model);
        Integer topN = request.topN();
        ranking.put("numberOfResults", topN == null ? request.documents().size() : topN);
        List<Map<String, Object>> sources = new ArrayList<>();
        for (String document : request.documents()) {
            sources.add(Map.of(
                    "type",
                    "INLINE",
                    "inlineDocumentSource",
                    Map.of("type", "TEXT", "textDocument", Map.of("text", document))));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("queries", List.of(Map.of("type", "TEXT", "textQuery", Map.of("text", request.query()))));
        body.put("sources", sources);
        body.put(
                "rerankingConfiguration",
                Map.of("type", "BEDROCK_RERANKING_MODEL", "bedrockRerankingConfiguration", ranking));
        return body;
    }

    static RerankResponse decode(HttpReply reply, int documents, String provider, AttemptContext attempt) {
        if (reply.json().hasNonNull("nextToken")) {
            attempt.warn(provider + " ranked more documents than its reply contains: ask for fewer by topN");
        }
        return RerankResponse.builder()
                .results(RerankCodec.ranking(reply, documents, "relevanceScore"))
                .build();
    }
}
