package dev.aigw.providers.http.errors;

import dev.aigw.api.ErrorKind;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What vendors' words mean where a status or a code stands for several kinds of failure. The words are matched in lower
 * case, within the beginning of the message. The wordings that are known are the files of
 * {@code src/test/resources/errors}; {@code aigw-providers/guide/error-wordings.md} lists them.
 *
 * <p>The patterns name what all wordings of a kind have in common, not whole sentences: vendors change those. Each has
 * bounded repetitions only, so that its time grows with the length of the text.
 */
final class FailureWords {

    private static final int CHARS = 4 * 1024;

    /** An account without money, or over a limit of what it may spend. */
    private static final Pattern QUOTA = any(
            "credit balance",
            "insufficient[ _](?:[a-z]{1,12} ){0,4}?(?:credits?|balance|funds|quota)",
            "not enough (?:credits?|balance|funds)",
            "(?:balance|credits?) (?:is|are) (?:insufficient|too low|not enough|negative|exhausted|depleted)",
            "billing hard limit",
            "used all (?:of )?(?:your |the )?available credits", // xAI
            "(?:run|ran|are|is) out of credits?",
            "quota (?:is |has been )?exhausted(?! for)",
            "(?:doesn't|does not|don't|do not) have (?:any|enough|sufficient) credits?",
            "requires? more credits", // OpenRouter
            "(?:purchase|buy) (?:more |additional )?credits",
            "(?:monthly|spending|spend|credit|budget)[ _]limit (?:is |has been |was )?(?:exceeded|reached)",
            "(?:reached|reaching|exceeded|hit|over) (?:its|your|the)? ?(?:monthly |project |organization )?(?:spending|spend|credit|budget) limit",
            "monthly (?:included credits|quota|allowance)", // Hugging Face, GitHub
            "budget has been exceeded|exceededbudget|exceeded budget|over budget", // LiteLLM
            "specified api usage limits", // Anthropic
            "failure to pay|past invoices|unpaid|overdue", // Fireworks, Volcengine
            "arrearage|in arrears|account is in good standing", // DashScope
            "payment (?:is )?required|please recharge|top up your",
            "\u4f59\u989d\u4e0d\u8db3", // the balance is insufficient: Zhipu
            "\u6b20\u8d39"); // in arrears

    private static final Pattern PLAN = Pattern.compile("check your plan and billing");

    /** With these, the words about plan and billing stand for any limit, that of a minute too. */
    private static final Pattern GOOGLE =
            Pattern.compile("quota exceeded for|ai\\.google\\.dev|googleapis|please retry in");

    /** The numbers of a limit that one request alone is above, at OpenAI and Groq. */
    private static final Pattern LIMIT =
            Pattern.compile("limit:? (\\d[\\d,]{0,15})[^\\n]{0,60}?requested:? (\\d[\\d,]{0,15})");

    /** A prompt that does not fit. */
    private static final Pattern CONTEXT = any(
            "context[ _-]?(?:length|window|size|limit|overflow)",
            "contextwindowexceeded", // LiteLLM
            "max(?:imum)? (?:model |allowed )?(?:context|prompt|input|sequence) ?(?:length|size|tokens|window)?",
            "max_model_len|max_seq_len|max_input_tokens|max message tokens|\\bn_ctx",
            "(?:prompt|inputs?|messages?|conversation|request) (?:is |are |was )?too long|(?:prompt|input) (?:is |are )?too large",
            "length of all messages is too long", // Perplexity
            "too many (?:input |prompt )?tokens",
            "(?:token|tokens) (?:limit|count) (?:is |was |has been )?(?:exceeded|too (?:large|high))",
            "exceeded model token limit", // Moonshot
            "range of input length should be", // DashScope
            "`?inputs`? tokens \\+|`?inputs`? must have less than", // text-generation-inference, Together
            "input token count|prompt token count", // Google, GitHub Copilot
            "(?:input|prompt|request|message|text)s?(?: length| tokens?)?(?: \\(?\\d{1,12}(?: tokens?)?\\)?)?"
                    + " (?:exceeds?|exceeded|is (?:longer|larger|greater) than) (?:the |its )?(?:configured |model's )?"
                    + "(?:max(?:imum)?\\b(?! (?:allowed )?(?:request |body |payload |file )?size)|limit|context|window|allowed)",
            "(?<!\\w)(?:prompt|inputs?|input_ids|messages?|conversation|history|text|tokens?)\\b[^.\\n]{0,60}?"
                    + "\\bexceed(?:s|ed|ing)?\\b[^.\\n]{0,40}?\\btokens?\\b(?! per)",
            "(?:cannot|can't|must not|may not) exceed \\d{1,12} tokens", // Jina
            "number of (?:input |prompt )?tokens [^.\\n]{0,40}?exceeds?", // Mistral
            "max allowed tokens", // Voyage
            "max size: \\d{1,12} tokens", // GitHub Models
            "prompt contains \\d{1,12} tokens", // Mistral
            "reduce (?:the length of |the size of )?(?:the |your )?(?:messages|prompt|input)", // Groq, Cerebras
            "too large to process", // llama.cpp: an input above the batch that it takes at once
            "input tokens exceeded?", // Bedrock, Azure
            "expected maxlength: \\d", // Bedrock's embeddings
            "'(?:messages|input|prompt)[^']{0,60}': string too long", // OpenAI
            "prompt exceeds max length|prompt \u8d85\u957f|\u8f93\u5165\u8fc7\u957f"); // Zhipu

    /** The answer that is asked for, not the prompt, is longer than the model writes. */
    private static final Pattern OUTPUT = any(
            "max(?:imum)? (?:allowed )?(?:number of )?output tokens", // Anthropic
            "max(?:imum)? output for this model", // Cohere
            "max_?output_?tokens (?:value of|must be)", // Google
            "maximum value for `?max_tokens", // Groq
            "valid range of max_tokens", // DeepSeek
            "supports at most \\d{1,12} completion tokens", // OpenAI
            "maximum tokens you requested exceeds the model limit"); // Bedrock

    private static final Pattern PAYLOAD = any(
            "(?:payload|entity|request|request body|body|file|image)(?: size)? (?:is )?too large",
            "(?:payload|request|body|file)(?: payload| body)? ?size (?:exceeds?|exceeded)",
            "exceeds? (?:the )?(?:max|maximum)(?: allowed)?(?: request| body| payload| file| image)? size",
            "exceeds? (?:the )?\\d{1,12} ?(?:mb|mib|kb|bytes)",
            "batch size \\d{1,9} > maximum allowed"); // text-embeddings-inference

    private static final Pattern KEY = any(
            "api[ _-]?key (?:is )?(?:not valid|expired|invalid|incorrect|wrong|missing|not found)",
            "(?:invalid|incorrect|wrong|malformed|missing|expired|no) (?:x-)?(?:api|proxy server|access|auth|bearer|server)"
                    + "[ _-]?(?:key|token|credentials?)",
            "(?:didn't|did not) provide an api key",
            "(?:invalid|failed) authentication|authentication (?:fails|failed|error)|authenticationerror");

    private static final Pattern FILTER = any(
            "content management policy", // Azure
            "content[ _-]filter(?:ing|ed)?",
            "content[ _-]?policy",
            "contentpolicyviolation", // LiteLLM
            "usage (?:policy|policies|guidelines)",
            "safety[ _](?:system|check|filter|polic)",
            "(?:was|were|is|been|got) flagged",
            "(?:inappropriate|unsafe|prohibited|harmful) content|prohibited_content",
            "content exists risk", // DeepSeek
            "considered high risk", // Moonshot
            "(?:sensitive|unsafe) (?:words|information|content)|new_sensitive", // MiniMax
            "guardrail intervened",
            "\u4e0d\u5b89\u5168|\u654f\u611f"); // unsafe, sensitive: Zhipu

    private static final Pattern BANNED = Pattern.compile(
            "(?:account|organi[sz]ation|key|project)[^.\\n]{0,60}?(?:banned|suspended|disabled|deactivated|blocked)");

    private static final Pattern NO_MODEL = any(
            "model:? [^ \\n]{1,200} (?:does not|doesn't|not|was not|is not|isn't|could not be|cannot be)"
                    + " (?:exist|found|available)",
            "models?/[^ \\n]{1,200} is not found",
            "(?:requested |the )?model (?:does not|doesn't|not) exist", // DeepSeek
            "model (?:was |is )?not found|model_not_found|no such model|unknown model",
            "invalid model(?: name| id| identifier)?(?: passed|:| ?['\"`]|\\.|$)|not a valid model", // Mistral,
            // OpenRouter
            "model (?:identifier|id|name) is (?:invalid|not valid)", // Bedrock
            "(?:supported|permitted) (?:api )?models? (?:names? )?(?:are|can be found)", // DeepSeek, Perplexity
            "not supported by any provider|requested model is not supported", // Hugging Face, GitHub
            "no available channel for model|no healthy deployment", // one-api, LiteLLM
            "model [^\\n]{0,200}?(?:no longer (?:supported|available)|(?:has been|is) (?:decommissioned|shut down|retired))",
            "\u6a21\u578b\u4e0d\u5b58\u5728"); // the model does not exist: Zhipu

    private static final Pattern REGION = any(
            "location is not supported", // Google
            "country, region,? or territory",
            "not (?:available|supported) in your (?:country|region|location)");

    /** A parameter or a feature that this model or this server does not take, though another may. */
    private static final Pattern UNSUPPORTED = any(
            "\\bunsupported\\b",
            "(?:\\bnot|n't) (?:currently |yet |been )?(?:support|supported)\\b",
            "\\bcannot support\\b",
            "\\bthis model only (?:works|accepts|allows|takes)\\b", // Google
            "\\bunknown name \"[^\"]{1,200}\"[^\\n]{0,200}?: cannot find field", // Google
            "(?:\\b|_)(?:effort|verbosity|thinking)\\b[^.\\n]{0,60}?\\b(?:not|must be) one of\\b",
            "\\bonly supports?\\b|\\bsupports? only\\b|\\bonly supported (?:by|for|in|with|on|when)\\b",
            "\\bsupports? at most\\b",
            "\\bnot (?:been )?(?:enabled|allowed|available|permitted|implemented) (?:for|on|with|by) (?:this |the |your )?"
                    + "(?:[a-z]{1,20} )?models?",
            "\\b(?:thinking|reasoning|tool use|tools?|function calling|vision|json mode|streaming)(?: mode)? "
                    + "(?:is|are) (?:not|n't|un)(?: currently)? ?(?:enabled|available|allowed)",
            "(?:cannot|not|n't|unavailable|deprecated|invalid|only)\\b(?:[^.\\n]|\\.[0-9]){0,80}?"
                    + "\\b(?:for|with|by|on|in) (?:this|the (?:selected|specified|requested|given|current)) model",
            "(?:extra|additional) (?:inputs|fields|properties) (?:are )?not (?:permitted|allowed)", // Pydantic
            "extraneous key", // Bedrock
            "(?:unknown|unrecognized|unexpected) (?:request )?(?:parameter|argument|keyword|field)s?\\b[^.\\n]",
            "unknown variant", // serde: DeepSeek, xAI
            "unsupportedparams", // LiteLLM
            "(?:is|are) not a (?:multimodal|vision|chat|reasoning|embedding|completion) model",
            "does not work with the specified model", // Azure
            "\\bat most \\d{1,4} (?:image|audio|video|file|document)", // vLLM
            "--enable-auto-tool-choice|tool-call-parser", // vLLM
            "response_format type is unavailable", // DeepSeek
            "no endpoints found that (?:support|can)"); // OpenRouter

    /** What only looks like {@link #UNSUPPORTED}: a mistake of the request itself, or of the address. */
    private static final Pattern MISTAKE = any(
            "invalid schema",
            "uploaded an unsupported image",
            "unsupported media type",
            "http (?:version|method)",
            "api[ _-]version");

    /** A feature that the words of a server's own failure name as the one it does not have. */
    private static final Pattern MISSING_FEATURE = any(
            "\\b(?:image|vision|audio|video|multimodal|modality|tools?|function|embeddings?|rerank|grammar|schema"
                    + "|reasoning|thinking|logprobs|streaming|file|document|prefill|parameter)\\b[^.\\n]{0,60}?"
                    + "(?:\\bunsupported\\b|(?:\\bnot|n't) (?:currently |yet )?(?:support|supported)\\b)",
            "(?:does not|doesn't|do not|don't|cannot) (?:currently |yet )?support (?:[a-z]{1,20} ){0,2}?"
                    + "(?:image|vision|audio|video|multimodal|tools?|function|embedding|rerank|generate|chat|completion"
                    + "|thinking|reasoning|json|grammar|logprobs|streaming|insert)",
            "missing data required for image input", // Ollama
            "is not a (?:multimodal|vision) model",
            "unsupportedparams");

    private static final Pattern RATE =
            any("rate[ _-]?limit", "too many requests", "quota exceeded for", "resource[ _]?exhausted");

    private static final Pattern BUSY = any(
            "overloaded",
            "(?:over|at) capacity|capacity exceeded",
            "(?:server|model|engine|service) is (?:currently )?(?:too )?busy",
            "service (?:is )?(?:temporarily |currently )?unavailable");

    private static final Pattern LATE = any("timed out", "\\btimeout\\b");

    private FailureWords() {}

    private static Pattern any(String... parts) {
        return Pattern.compile(String.join("|", parts));
    }

    /**
     * Returns the kind that the words say, or {@code kind} itself.
     *
     * @param status the HTTP status; below 400 for an error inside a success, where only the words say what it is
     */
    static ErrorKind refine(ErrorKind kind, int status, String words) {
        String text = words.substring(0, Math.min(words.length(), CHARS))
                .toLowerCase(Locale.ROOT)
                .replace('\u2019', '\''); // AWS writes isn't with a typographic apostrophe
        return switch (kind) {
            case INVALID_REQUEST -> request(kind, text, true);
            case PAYLOAD_TOO_LARGE ->
                isQuota(text) ? ErrorKind.QUOTA_EXHAUSTED : tooLong(text) ? ErrorKind.CONTEXT_TOO_LONG : kind;
            case SERVER_ERROR, OVERLOADED -> server(kind, status, text);
            case RATE_LIMITED ->
                isQuota(text) ? ErrorKind.QUOTA_EXHAUSTED : isAboveLimit(text) ? ErrorKind.CONTEXT_TOO_LONG : kind;
            case PERMISSION -> permission(text);
            case AUTHENTICATION -> isQuota(text) ? ErrorKind.QUOTA_EXHAUSTED : kind;
            case NOT_FOUND -> text.contains("no endpoints found that") ? ErrorKind.UNSUPPORTED : kind;
            default -> kind;
        };
    }

    /** Returns what the words blame the request for; {@code otherwise} where they don't. */
    private static ErrorKind request(ErrorKind otherwise, String text, boolean any) {
        if (isQuota(text)) {
            return ErrorKind.QUOTA_EXHAUSTED;
        }
        if (tooLong(text)) {
            return ErrorKind.CONTEXT_TOO_LONG;
        }
        if (PAYLOAD.matcher(text).find()) {
            return ErrorKind.PAYLOAD_TOO_LARGE;
        }
        if (KEY.matcher(text).find()) {
            return ErrorKind.AUTHENTICATION;
        }
        if (isFiltered(text)) {
            return ErrorKind.CONTENT_FILTERED;
        }
        if (NO_MODEL.matcher(text).find()) {
            return ErrorKind.NOT_FOUND;
        }
        if (REGION.matcher(text).find()) {
            return ErrorKind.PERMISSION;
        }
        boolean lacks = any
                ? (UNSUPPORTED.matcher(text).find() || OUTPUT.matcher(text).find())
                        && !MISTAKE.matcher(text).find()
                : MISSING_FEATURE.matcher(text).find();
        return lacks ? ErrorKind.UNSUPPORTED : otherwise;
    }

    private static ErrorKind server(ErrorKind kind, int status, String text) {
        ErrorKind blamed = request(kind, text, status < 400);
        if (blamed != kind) {
            return blamed;
        }
        if (RATE.matcher(text).find()) {
            return ErrorKind.RATE_LIMITED;
        }
        if (BUSY.matcher(text).find()) {
            return ErrorKind.OVERLOADED;
        }
        return status < 400 && LATE.matcher(text).find() ? ErrorKind.TIMEOUT : kind;
    }

    private static ErrorKind permission(String text) {
        if (isQuota(text)) {
            return ErrorKind.QUOTA_EXHAUSTED;
        }
        return isFiltered(text)
                ? ErrorKind.CONTENT_FILTERED
                : KEY.matcher(text).find() ? ErrorKind.AUTHENTICATION : ErrorKind.PERMISSION;
    }

    private static boolean isQuota(String text) {
        return QUOTA.matcher(text).find()
                || (PLAN.matcher(text).find() && !GOOGLE.matcher(text).find());
    }

    private static boolean tooLong(String text) {
        return isAboveLimit(text)
                || (CONTEXT.matcher(text).find() && !OUTPUT.matcher(text).find());
    }

    private static boolean isFiltered(String text) {
        return FILTER.matcher(text).find() && !BANNED.matcher(text).find();
    }

    /** One request above the limit of a minute never fits, however long one waits. */
    private static boolean isAboveLimit(String text) {
        Matcher limit = LIMIT.matcher(text);
        if (!limit.find()) {
            return text.contains("request too large") && text.contains("per min");
        }
        return number(limit.group(2)) > number(limit.group(1));
    }

    private static long number(String digits) {
        return Long.parseLong(digits.replace(",", ""));
    }
}
