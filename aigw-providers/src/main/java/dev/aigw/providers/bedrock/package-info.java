/**
 * Amazon Bedrock: any of its models through Converse and ConverseStream, embeddings and ranking.
 *
 * <p>Entry point: {@link dev.aigw.providers.bedrock.BedrockAdapter}. Reading order: the adapter (what is sent),
 * {@code AwsSigner} (signatures), {@code ConverseEncoder} with {@code BlockWriter}, {@code Formats} and
 * {@code ModelFields} (requests), {@code ConverseDecoder} (replies), {@code ConverseStreamReader} over
 * {@code FrameReader} (streams), {@code EmbeddingCodec}, {@code Reranking}.
 *
 * <p>Needs {@code software.amazon.awssdk:eventstream} for streams, and {@code software.amazon.awssdk:auth} and
 * {@code http-auth-aws} to sign with AWS credentials; whole answers with a Bedrock API key need neither.
 */
@NullMarked
package dev.aigw.providers.bedrock;

import org.jspecify.annotations.NullMarked;
