package dev.aigw.providers.guard;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Inspection.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link HttpGuard} sends to a service, and what the service's answer means: a JSON document. Five services'
 * are built in; write one for any other service that takes JSON and answers JSON. Immutable.
 *
 * <pre>{@code
 * HttpGuardMapping house = HttpGuardMapping.of("""
 *     {
 *       "name": "house-rules",
 *       "settings": {"team": {"required": true}},
 *       "texts": {"text": {"maxChars": 20000, "maxItems": 20}},
 *       "input": {"path": "/check", "body": {"texts": {"$each": "$text"}, "team": "$team"}},
 *       "reply": {
 *         "expect": [{"at": "/hits", "type": "list"}],
 *         "findings": [{"each": "/hits/*", "text": "/index", "rule": "/name", "start": "/from", "end": "/to"}]
 *       },
 *       "actions": {"codename": "redact", "*": "block"}
 *     }
 *     """);
 * }</pre>
 *
 * <p>The fields, of which only {@code name}, {@code texts}, {@code input} and {@code reply} are required:
 *
 * <ul>
 *   <li>{@code name}: the guard's name. {@code reference}: where the service is described. {@code baseUrl}: its usual
 *       address. {@code credential}: the {@code header} of the API key and the {@code prefix} in it; without it
 *       {@code Authorization: Bearer}.
 *   <li>{@code settings}: what an application sets by {@link HttpGuard.Builder#setting}, each with a {@code default},
 *       or {@code "required": true}, or neither.
 *   <li>{@code texts}: groups of texts. A group takes the parts of its {@code origins} (all by default), {@code join}s
 *       them to one text or not, and is bounded to {@code maxChars} and {@code maxItems} a request. A longer text is
 *       cut, and each piece repeats the last {@code overlap} characters of the one before; more texts go in more
 *       requests.
 *   <li>{@code input} and {@code output}: the {@code path} and {@code body} of a check of requests, and of replies;
 *       {@code output} is like {@code input} unless given, and {@code false} if the service checks no replies. In a
 *       path, <code>{name}</code> is a setting. In a body, {@code "$name"} is a setting, whose field is left out if it
 *       has no value; <code>{"$each": …}</code> is a list with one element for each text, and <code>{"$one": …}</code>
 *       is made of the first text; in both, {@code "$text"} is the text, {@code "$role"} its role, and {@code "$of"}
 *       the group, the first by default. A field without texts is left out.
 *   <li>{@code roles}: what the service calls the origins of content; {@code user} by default.
 *   <li>{@code reply}: {@code offsets} says how the service counts characters: {@code utf16} (the default) or
 *       {@code codePoints}. {@code expect} lists what each answer must have {@code at} a path: a {@code type}, one of
 *       the values {@code is}, {@code atLeast} so many elements, as many as a group has texts ({@code size}), and that
 *       only if a group has any ({@code for}). {@code passes} names a value: {@code is} says that the text passes,
 *       {@code not} that it does not, and any other value is a failure. {@code findings} says where findings are:
 *       {@code each} one's path, and from there its {@code rule}, the index of its {@code text} in the group
 *       {@code of}, its {@code start} and {@code end}, or the text that {@code match}es, its {@code score}, which is
 *       divided by the highest ({@code scale}) or is a word of {@code scores}; {@code when} a value {@code at} a path
 *       {@code is} one of some, only; and the {@code action}: the {@code values} {@code at} a path and what they mean.
 *   <li>{@code thresholds}: the lowest score of a rule that counts, in the service's own scale. {@code actions}: what
 *       is done about a rule's findings, {@code block} by default. Both take names that end in {@code *}.
 *       {@code replacement}: what replaces a span, {@code <}<code>{rule}</code>{@code >} by default.
 * </ul>
 *
 * <p>A path is a JSON pointer in which {@code *} stands for every element or field; {@code $1} and {@code $2} are what
 * the first and second star stood for. A finding that should be redacted, but has no place in the text, blocks, unless
 * another of its rule has one. If the service objects and no finding says why, it blocks, too.
 */
public final class HttpGuardMapping {

    private static final int MOST_CHARS = 1_000_000;

    private final String name;
    private final @Nullable String baseUrl;
    private final String credentialHeader;
    private final String credentialPrefix;
    private final Map<String, Setting> settings;
    private final List<TextGroup> groups;
    private final Map<Direction, Call> calls = new EnumMap<>(Direction.class);
    private final Map<ContentOrigin, String> roles;
    private final boolean codePoints;
    private final List<Expectation> expectations;
    private final @Nullable Passing passing;
    private final List<FindingRule> findings;
    private final Map<String, Double> thresholds;
    private final Map<String, GuardAction> actions;
    private final String replacement;

    /** What an application sets. */
    record Setting(@Nullable Object otherwise, boolean required) {}

    /** One kind of call. */
    record Call(String path, @Nullable Object body) {}

    private HttpGuardMapping(MappingReader file) {
        file.allow(
                "name",
                "reference",
                "baseUrl",
                "credential",
                "settings",
                "texts",
                "input",
                "output",
                "roles",
                "reply",
                "thresholds",
                "actions",
                "replacement");
        this.name = file.required("name");
        this.baseUrl = file.text("baseUrl");
        MappingReader credential =
                file.has("credential") ? file.object("credential").allow("header", "prefix") : null;
        this.credentialHeader = credential == null ? "Authorization" : credential.required("header");
        this.credentialPrefix = credential == null ? "Bearer " : credential.text("prefix", "");
        this.settings = settings(file);
        this.groups = groups(file);
        call(file, "input", Direction.INPUT);
        call(file, file.has("output") ? "output" : "input", Direction.OUTPUT);
        this.roles = file.roles("roles");
        MappingReader reply = file.object("reply").allow("offsets", "expect", "passes", "findings");
        this.codePoints = isCodePoints(reply);
        this.expectations = expectations(reply);
        this.passing = passing(reply);
        this.findings = findings(reply);
        if (expectations.isEmpty() && passing == null) {
            throw file.wrong(
                    "reply",
                    "has neither expect nor passes: without one, an answer of any shape would pass every text");
        }
        this.thresholds = file.numbers("thresholds");
        this.actions = file.actions("actions");
        this.replacement = file.text("replacement", "<{rule}>");
    }

    /**
     * Returns the mapping of a JSON document.
     *
     * @throws IllegalArgumentException if it is not one; the message names the field
     */
    public static HttpGuardMapping of(String json) {
        return new HttpGuardMapping(MappingReader.of(json));
    }

    private static HttpGuardMapping builtIn(String name) {
        try (InputStream in = HttpGuardMapping.class.getResourceAsStream(name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + ".json is missing");
            }
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns that of Microsoft Presidio's analyzer: personal data, replaced by {@code <TYPE>} from a score of 0.4 on;
     * dates and URLs are annotated only. Settings: {@code language} ({@code en} by default), {@code entities} and
     * {@code allowList}, lists of strings. The analyzer must take several texts at once, as its releases since 2.2.357
     * do.
     */
    public static HttpGuardMapping presidio() {
        return builtIn("presidio");
    }

    /**
     * Returns that of Azure AI Content Safety's text analysis: hate, self-harm, sexual content and violence, blocked
     * from severity 4 of 7 on, and blocklists. Settings: {@code categories} and {@code blocklistNames}, lists of
     * strings, and {@code apiVersion}. The base URL is that of the resource.
     */
    public static HttpGuardMapping azureContentSafety() {
        return builtIn("azure-content-safety");
    }

    /**
     * Returns that of Azure AI Content Safety's Prompt Shields: attacks in the user's texts, and in documents and
     * results of tools. For requests only. Setting: {@code apiVersion}. The base URL is that of the resource.
     */
    public static HttpGuardMapping azurePromptShields() {
        return builtIn("azure-prompt-shields");
    }

    /**
     * Returns that of Amazon Bedrock Guardrails (apply guardrail): what the guardrail blocks is blocked, what it masks
     * is replaced by <code>{TYPE}</code>, what it only detects is annotated. Settings: {@code guardrail} and
     * {@code version}, required, and {@code region} unless a base URL is set. Sign calls with {@code AwsSigner}, or use
     * a Bedrock API key.
     */
    public static HttpGuardMapping bedrockGuardrails() {
        return builtIn("bedrock-guardrails");
    }

    /**
     * Returns that of Google Cloud's Model Armor: whatever a filter of the template matches is blocked, and a check in
     * which a filter did not run is a failure. Settings, all required: {@code project}, {@code location} and
     * {@code template}. The credential is an access token.
     */
    public static HttpGuardMapping modelArmor() {
        return builtIn("model-armor");
    }

    /**
     * Returns that of Lakera Guard (Check Point AI Guardrails), version 2: personal data with a place is replaced,
     * whatever else the project's policy detects is blocked. Setting: {@code project}. Each text is one request, since
     * the service screens only the last message of a conversation.
     */
    public static HttpGuardMapping lakera() {
        return builtIn("lakera");
    }

    private static Map<String, Setting> settings(MappingReader file) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        file.objects("settings").forEach((name, setting) -> {
            setting.allow("default", "required");
            settings.put(name, new Setting(setting.any("default"), setting.flag("required")));
        });
        return settings;
    }

    private static List<TextGroup> groups(MappingReader file) {
        List<TextGroup> groups = new ArrayList<>();
        file.objects("texts").forEach((name, group) -> {
            group.allow("origins", "join", "maxChars", "maxItems", "overlap");
            int maxChars = group.count("maxChars", MOST_CHARS);
            int maxItems = group.count("maxItems", 1);
            int overlap = group.count("overlap", 0);
            if (maxChars < 16 || maxItems < 1 || overlap > maxChars / 2) {
                throw file.wrong(
                        "texts",
                        "." + name + " needs maxChars of 16 or more, maxItems of 1 or more, and at most half of"
                                + " maxChars as overlap");
            }
            groups.add(new TextGroup(name, group.origins("origins"), group.flag("join"), maxChars, maxItems, overlap));
        });
        if (groups.isEmpty()) {
            throw file.wrong("texts", "is missing: name a group of texts");
        }
        return List.copyOf(groups);
    }

    private void call(MappingReader file, String field, Direction direction) {
        if (file.isFalse(field)) {
            return;
        }
        MappingReader call = file.object(field).allow("path", "body");
        String unknown = RequestBody.unknownSetting(call.any("body"), settings.keySet());
        if (unknown != null) {
            throw call.wrong("body", "has " + unknown + ", which settings does not name");
        }
        calls.put(direction, new Call(call.required("path"), call.any("body")));
    }

    private static boolean isCodePoints(MappingReader reply) {
        String offsets = reply.text("offsets", "utf16");
        if (!offsets.equals("utf16") && !offsets.equals("codePoints")) {
            throw reply.wrong("offsets", "is utf16 or codePoints");
        }
        return offsets.equals("codePoints");
    }

    private List<Expectation> expectations(MappingReader reply) {
        List<Expectation> expectations = new ArrayList<>();
        for (MappingReader expect : reply.list("expect")) {
            expect.allow("at", "type", "is", "size", "atLeast", "for");
            String type = expect.text("type");
            if (type != null
                    && !Set.of("list", "object", "string", "number", "boolean").contains(type)) {
                throw expect.wrong("type", "is list, object, string, number or boolean");
            }
            expectations.add(new Expectation(
                    expect.requiredPath("at"),
                    type,
                    expect.values("is"),
                    group(expect, "size"),
                    expect.count("atLeast", 0),
                    group(expect, "for")));
        }
        return List.copyOf(expectations);
    }

    private @Nullable String group(MappingReader reader, String field) {
        String named = reader.text(field);
        if (named != null && groups.stream().noneMatch(group -> group.name().equals(named))) {
            throw reader.wrong(field, "names no group of texts: " + named);
        }
        return named;
    }

    private static @Nullable Passing passing(MappingReader reply) {
        if (!reply.has("passes")) {
            return null;
        }
        MappingReader passes = reply.object("passes").allow("at", "is", "not");
        if (passes.values("is").isEmpty() || passes.values("not").isEmpty()) {
            throw reply.wrong("passes", "needs both: is, for texts that pass, and not, for those that do not");
        }
        return new Passing(passes.requiredPath("at"), passes.values("is"), passes.values("not"));
    }

    private List<FindingRule> findings(MappingReader reply) {
        List<FindingRule> rules = new ArrayList<>();
        for (MappingReader rule : reply.list("findings")) {
            rule.allow(
                    "each", "of", "text", "rule", "when", "start", "end", "match", "score", "scale", "scores",
                    "action");
            ReplyPath each = rule.requiredPath("each");
            MappingReader when = rule.has("when") ? rule.object("when").allow("at", "is") : null;
            MappingReader action = rule.has("action") ? rule.object("action").allow("at", "values") : null;
            checkStar(rule, "rule", rule.required("rule"), each);
            checkStar(rule, "text", rule.text("text"), each);
            if (rule.has("start") != rule.has("end")) {
                throw rule.wrong("start", "and end belong together");
            }
            double scale = rule.number("scale", 1);
            if (!(scale > 0)) {
                throw rule.wrong("scale", "is more than 0");
            }
            String group = group(rule, "of");
            rules.add(new FindingRule(
                    each,
                    group == null ? groups.get(0).name() : group,
                    rule.text("text"),
                    rule.required("rule"),
                    when == null ? null : when.requiredPath("at"),
                    when == null ? List.of() : when.values("is"),
                    rule.path("start"),
                    rule.path("end"),
                    rule.path("match"),
                    rule.path("score"),
                    scale,
                    rule.numbers("scores"),
                    action == null ? null : action.requiredPath("at"),
                    action == null ? Map.of() : action.actions("values")));
        }
        return List.copyOf(rules);
    }

    private static void checkStar(MappingReader rule, String field, @Nullable String value, ReplyPath each) {
        if (value == null || !value.startsWith("$")) {
            return;
        }
        boolean fits = value.length() == 2 && value.charAt(1) >= '1' && value.charAt(1) - '0' <= each.stars();
        if (!fits) {
            throw rule.wrong(field, "is " + value + ", but the path has " + each.stars() + " stars");
        }
    }

    /** Returns its name, which is the guard's by default. */
    public String name() {
        return name;
    }

    @Nullable
    String baseUrl() {
        return baseUrl;
    }

    String credentialHeader() {
        return credentialHeader;
    }

    String credentialPrefix() {
        return credentialPrefix;
    }

    Map<String, Setting> settings() {
        return settings;
    }

    List<TextGroup> groups() {
        return groups;
    }

    @Nullable
    Call call(Direction direction) {
        return calls.get(direction);
    }

    Map<ContentOrigin, String> roles() {
        return roles;
    }

    Offsets offsets(Slot slot) {
        return codePoints ? Offsets.codePoints(slot.text()) : Offsets.utf16(slot.text());
    }

    List<Expectation> expectations() {
        return expectations;
    }

    @Nullable
    Passing passing() {
        return passing;
    }

    List<FindingRule> findings() {
        return findings;
    }

    Map<String, Double> thresholds() {
        return thresholds;
    }

    Map<String, GuardAction> actions() {
        return actions;
    }

    String replacement() {
        return replacement;
    }

    @Override
    public String toString() {
        return "HttpGuardMapping{" + name + "}";
    }
}
