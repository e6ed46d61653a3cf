package dev.aigw.providers.http;

import dev.aigw.api.spi.ServedModel;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The vendors' models behind the ids of Amazon Bedrock and Google Cloud. Only documented forms of ids are read, since a
 * wrong model is worse than none.
 *
 * <p>Both charge 10 % more within a region or a geography than globally: Bedrock for OpenAI's models, and both for
 * Claude from 4.5 on.
 *
 * @see <a href="https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html">"Supported
 *     Regions and models for inference profiles" of AWS</a>
 * @see <a href="https://platform.claude.com/docs/en/about-claude/pricing">"Pricing" of Anthropic, "Third-party platform
 *     pricing", checked in November 2026</a>
 */
public final class CloudModels {

    private static final String SAME = "1";
    private static final String REGIONAL = "1.1";
    private static final String GLOBAL = "global";

    /** The geographies before the ids of inference profiles. */
    private static final Set<String> GEOGRAPHIES =
            Set.of(GLOBAL, "us", "us-gov", "eu", "apac", "jp", "au", "ca", "in", "sa");

    /** A model, or an inference profile that AWS defines; those of an account have names that say nothing. */
    private static final Pattern ARN = Pattern.compile(
            "arn:aws(?:-[a-z]+)*:bedrock:[a-z0-9-]*:\\d*:(?:foundation-model|inference-profile)/([^/]+)");

    private static final Pattern CLAUDE =
            Pattern.compile("anthropic\\.(claude-[a-z0-9-]+?)(?:-v\\d{1,2}(?::\\d{1,2})?)?");
    private static final Pattern GPT =
            Pattern.compile("openai\\.(gpt-(?!oss)[a-z0-9.-]+?)(?:-v\\d{1,2}(?::\\d{1,2})?)?");
    private static final Pattern ON_VERTEX = Pattern.compile("(claude-[a-z0-9-]+?)(?:@(\\d{8}|default|latest))?");

    /** A family with its version: {@code claude-sonnet-4-5}; earlier ones have the version first. */
    private static final Pattern VERSION = Pattern.compile("claude-[a-z]+-(\\d{1,2})(?:-(\\d{1,2}))?(?:-\\d{8})?");

    private CloudModels() {}

    /** Returns the model of an id or ARN of Bedrock; null if it is none that is known. */
    public static @Nullable ServedModel onBedrock(String id) {
        Matcher arn = ARN.matcher(id);
        String model = arn.matches() ? arn.group(1) : id;
        int dot = model.indexOf('.');
        String geography = dot < 0 ? "" : model.substring(0, dot);
        boolean profile = GEOGRAPHIES.contains(geography);
        String plain = profile ? model.substring(dot + 1) : model;
        boolean global = profile && geography.equals(GLOBAL);
        Matcher claude = CLAUDE.matcher(plain);
        if (claude.matches()) {
            return claude(claude.group(1), global);
        }
        Matcher gpt = GPT.matcher(plain);
        return gpt.matches() ? ServedModel.elsewhere("openai/" + gpt.group(1), global ? SAME : REGIONAL) : null;
    }

    /**
     * Returns the model of an id of Claude on Vertex AI; null if it is none that is known.
     *
     * @param baseUrl the base URL, of which only Google's own say the location, and so the price
     */
    public static @Nullable ServedModel onVertex(String id, String baseUrl) {
        Matcher claude = ON_VERTEX.matcher(id);
        if (!claude.matches()) {
            return null;
        }
        return claude(claude.group(1), baseUrl.equals(VertexAi.baseUrl(GLOBAL)));
    }

    private static ServedModel claude(String id, boolean global) {
        Matcher version = VERSION.matcher(id);
        boolean regional = version.matches() && isFrom45(version.group(1), version.group(2));
        return ServedModel.elsewhere("anthropic/" + id, global || !regional ? SAME : REGIONAL);
    }

    private static boolean isFrom45(String major, @Nullable String minor) {
        int first = Integer.parseInt(major);
        return first > 4 || (first == 4 && minor != null && Integer.parseInt(minor) >= 5);
    }
}
