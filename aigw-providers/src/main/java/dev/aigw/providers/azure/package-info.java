/**
 * OpenAI's models on Azure: the deployments' paths with a dated version, and the v1 surface.
 *
 * <p>Entry point: {@link dev.aigw.providers.azure.AzureOpenAi}.
 */
@NullMarked
package dev.aigw.providers.azure;

import org.jspecify.annotations.NullMarked;
