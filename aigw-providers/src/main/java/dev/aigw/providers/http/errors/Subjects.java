package dev.aigw.providers.http.errors;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Determines the subject of a refusal: from the vendor's code first, then the parameter that it names, then its
 * message. Used on the failure path only.
 *
 * <ul>
 *   <li>A parameter of the request other than the model, or a file, cached content, earlier response or address that
 *       the vendor does not know or cannot fetch, concerns that request.
 *   <li>A page of HTML instead of an API's refusal comes from a firewall that refused one prompt. A page that bans an
 *       address, a network or a country, or that asks for a proof of humanity, concerns more than that.
 *   <li>A prompt above the limit of a minute concerns the credential: another may have a larger one.
 *   <li>A model that is refused or unknown concerns that model; a payment, a balance or an account concerns the
 *       credential.
 * </ul>
 */
public final class Subjects {

    private static final int MOST_CHARS = 2 * 1024;
    private static final Set<String> MODEL_PARAMS = Set.of("model", "models", "deployment", "engine");
    private static final Set<String> ACCOUNT_PARAMS = Set.of("api_key", "authorization", "organization", "project");

    private static final String THING =
            "\\b(?:files?|cached ?contents?|images?|documents?|videos?|audio|attachments?|previous response"
                    + "|response with id|conversation|item with id|container|vector store|guardrail|tool)\\b";
    private static final String GONE = "\\b(?:not found|(?:does not|do not|doesn't|don't|may not|no longer) exists?"
            + "|(?:is|are|was|were|has|have)(?: been)? (?:expired|deleted|removed)|no longer available"
            + "|(?:cannot|can't|could not|couldn't) be (?:found|read|fetched|downloaded|loaded))\\b";
    private static final String FAILED =
            "\\b(?:unable|cannot|can't|could not|couldn't|failed|error|timeout|timed out)\\b";

    /**
     * A thing that is missing ("File not found"), that cannot be fetched ("Unable to download the file"), or that
     * belongs to someone else ("You do not have permission to access the file"); and an address that cannot be fetched.
     */
    private static final Pattern NAMED = Pattern.compile(THING + ".{0,160}?" + GONE
            + "|(?:" + FAILED + "|\\bpermission\\b).{0,20}?"
            + "\\b(?:find|access|fetch|download|downloading|load|retrieve|open|read|decode)\\b[^.;]{0,60}?" + THING
            + "|" + FAILED + ".{0,20}?\\b(?:fetch|fetching|download|downloading|retrieve)\\b[^.;]{0,60}?"
            + "(?:\\burl\\b|\\b(?:https?|gs|s3)://)");

    private static final Pattern MODEL = Pattern.compile("\\bmodels?\\b");
    private static final Pattern MONEY = Pattern.compile(
            "\\b(?:credits?|billing|payments?|balance|spend)\\b|billing_|credit_|spend_|insufficient_quota");
    private static final Pattern ACCOUNT =
            Pattern.compile("\\b(?:accounts?|organi[sz]ations?|workspaces?|projects?|trial key)\\b|organization_");
    private static final Pattern PAGE =
            Pattern.compile("^\\s*+(?:<\\?xml[^>]*+>\\s*+)?<(?:!doctype html|html|head)\\b");
    private static final Pattern WIDER_THAN_ONE_PROMPT =
            Pattern.compile("has banned|just a moment|challenge-platform|captcha");

    private static final Pattern RATE = Pattern.compile("\\bper min(?:ute)?\\b|\\btpm\\b");

    private Subjects() {}

    /**
     * Returns the subject of a failure; {@link FailureSubject#UNKNOWN} where nothing indicates it.
     *
     * @param status the HTTP status; 0 where unknown
     * @param error the vendor's error, or null when the body contains none
     * @param body the reply's body, or another text
     */
    public static FailureSubject of(int status, ErrorKind kind, @Nullable VendorError error, String body) {
        if (error != null && error.subject() != FailureSubject.UNKNOWN) {
            return error.subject();
        }
        String words = lower(error == null || error.message() == null ? body : error.message());
        return switch (kind) {
            case AUTHENTICATION -> FailureSubject.CREDENTIAL;
            case QUOTA_EXHAUSTED -> quota(status, error, words);
            case PERMISSION, NOT_FOUND -> {
                if (status == 403 && error == null && isBlockPage(words)) {
                    yield FailureSubject.REQUEST;
                }
                FailureSubject named = named(error, words);
                yield named == FailureSubject.UNKNOWN && MODEL.matcher(words).find() ? FailureSubject.MODEL : named;
            }
            case INVALID_REQUEST -> named(error, words);
            case CONTEXT_TOO_LONG -> RATE.matcher(words).find() ? FailureSubject.CREDENTIAL : FailureSubject.UNKNOWN;
            default -> FailureSubject.UNKNOWN;
        };
    }

    private static FailureSubject quota(int status, @Nullable VendorError error, String words) {
        String all = error == null || error.code() == null ? words : lower(error.code()) + ' ' + words;
        if (MONEY.matcher(all).find()) {
            return FailureSubject.CREDENTIAL;
        }
        if (MODEL.matcher(all).find()) {
            return FailureSubject.MODEL;
        }
        return status == 402 || ACCOUNT.matcher(all).find() ? FailureSubject.CREDENTIAL : FailureSubject.UNKNOWN;
    }

    private static FailureSubject named(@Nullable VendorError error, String words) {
        String param = error == null ? null : error.param();
        if (param != null && !param.isBlank()) {
            String root = lower(param.split("[.\\[]", 2)[0]);
            return MODEL_PARAMS.contains(root)
                    ? FailureSubject.MODEL
                    : ACCOUNT_PARAMS.contains(root) ? FailureSubject.UNKNOWN : FailureSubject.REQUEST;
        }
        return NAMED.matcher(words).find() && !MODEL.matcher(words).find() // models have names like "image-1"
                ? FailureSubject.REQUEST
                : FailureSubject.UNKNOWN;
    }

    private static boolean isBlockPage(String body) {
        return PAGE.matcher(body).find() && !WIDER_THAN_ONE_PROMPT.matcher(body).find();
    }

    private static String lower(String text) {
        return text.substring(0, Math.min(text.length(), MOST_CHARS)).toLowerCase(Locale.ROOT);
    }
}
