package dev.aigw.api.token;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ImageSize;
import dev.aigw.api.token.ImageRule.Claude;
import dev.aigw.api.token.ImageRule.Fixed;
import dev.aigw.api.token.ImageRule.GeminiTiles;
import dev.aigw.api.token.ImageRule.OpenAiPatches;
import dev.aigw.api.token.ImageRule.OpenAiPatches.Limit;
import dev.aigw.api.token.ImageRule.OpenAiTiles;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of images in a prompt, by the rules that vendors publish for families of models.
 *
 * <ul>
 *   <li>OpenAI: guide "Images and vision", sections "Model sizing behavior" and "Calculating costs", September 2026;
 *       for models that it no longer lists, its edition of April 2026.
 *   <li>Anthropic: guide "Vision", section "Resolution and token cost", and "Coordinates and bounding boxes", section
 *       "How Claude resizes and pads images", August 2026. Until then the rule was width × height / 750.
 *   <li>Google: guides "Image understanding", section "Token calculation", and "Media resolution", section "Token
 *       counts", July 2026. What Gemini 3 and later allot to an image is a maximum.
 * </ul>
 *
 * <p>A size that cannot be read (a URL, a file id, another format) counts as {@value #UNREAD} by {@value #UNREAD}
 * pixels, and a model without a rule as {@value #OTHER} tokens, or {@value #OTHER_LOW} at detail {@code low}.
 */
final class ImageTokens {

    static final int UNREAD = 2048;
    static final int OTHER = 1_600;
    static final int OTHER_LOW = 85;

    private static final ImageSize UNREAD_SIZE = new ImageSize(UNREAD, UNREAD);

    private static final Limit NONE = new Limit(65_535, Integer.MAX_VALUE);
    private static final Limit SMALL = new Limit(512, Integer.MAX_VALUE);
    private static final Limit MEDIUM = new Limit(2048, 2_500);
    private static final Limit LARGE = new Limit(6000, 10_000);
    private static final Limit WIDE = new Limit(2048, 6_144);
    private static final Limit EARLIER = new Limit(2048, 1_536);

    private static final ImageRule CLAUDE = new Claude(1568, 1568);
    private static final ImageRule CLAUDE_HIGH = new Claude(2576, 4784);
    private static final ImageRule GEMINI_TILES = new GeminiTiles();

    private static final Map<String, ImageRule> RULES = Map.ofEntries(
            Map.entry("gpt-6", new OpenAiPatches(120, SMALL, new Limit(65_535, 2_500), NONE, NONE)),
            Map.entry("gpt-5.6", new OpenAiPatches(120, SMALL, MEDIUM, NONE, NONE)),
            Map.entry("gpt-5.5", new OpenAiPatches(120, SMALL, MEDIUM, LARGE, LARGE)),
            Map.entry("gpt-5.4", new OpenAiPatches(120, WIDE, MEDIUM, LARGE, MEDIUM)),
            Map.entry("gpt-5.2", new OpenAiPatches(120, WIDE)),
            Map.entry("gpt-5.1", new OpenAiTiles(70, 140)),
            Map.entry("gpt-5", new OpenAiTiles(70, 140)),
            Map.entry("gpt-5-mini", new OpenAiPatches(120, EARLIER)),
            Map.entry("gpt-5-nano", new OpenAiPatches(150, EARLIER)),
            Map.entry("gpt-4.5", new OpenAiTiles(85, 170)),
            Map.entry("gpt-4.1", new OpenAiTiles(85, 170)),
            Map.entry("gpt-4.1-mini", new OpenAiPatches(162, WIDE)),
            Map.entry("gpt-4.1-nano", new OpenAiPatches(246, EARLIER)),
            Map.entry("gpt-4o", new OpenAiTiles(85, 170)),
            Map.entry("gpt-4o-mini", new OpenAiTiles(2833, 5667)),
            Map.entry("o1", new OpenAiTiles(75, 150)),
            Map.entry("o3", new OpenAiTiles(75, 150)),
            Map.entry("o4-mini", new OpenAiPatches(172, EARLIER)),
            Map.entry("computer-use-preview", new OpenAiTiles(65, 129)),
            Map.entry("claude-", CLAUDE_HIGH),
            Map.entry("claude-3", CLAUDE),
            Map.entry("claude-opus-4", CLAUDE),
            Map.entry("claude-opus-4-7", CLAUDE_HIGH),
            Map.entry("claude-opus-4-8", CLAUDE_HIGH),
            Map.entry("claude-sonnet-4", CLAUDE),
            Map.entry("claude-haiku-4", CLAUDE),
            Map.entry("gemini-", new Fixed(1120)),
            Map.entry("gemini-1.5", GEMINI_TILES),
            Map.entry("gemini-2.0", GEMINI_TILES),
            Map.entry("gemini-2.5", GEMINI_TILES));

    private ImageTokens() {}

    static long of(ContentPart.Image image, String model) {
        @Nullable ImageRule rule = ModelFamily.find(RULES, model);
        if (rule == null) {
            return "low".equals(image.detail()) ? OTHER_LOW : OTHER;
        }
        ImageSize size = image.media().imageSize();
        return rule.tokens(size == null ? UNREAD_SIZE : size, image.detail());
    }
}
