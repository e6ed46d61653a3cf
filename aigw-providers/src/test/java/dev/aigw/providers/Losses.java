package dev.aigw.providers;

import dev.aigw.providers.Chats.Feature;
import java.util.EnumSet;
import java.util.Set;

/** What of a chat does not reach a vendor's model. */
final class Losses {

    private Losses() {}

    /** Returns what the adapter refuses, or leaves out or changes with a warning. */
    static Set<Feature> told(Vendor vendor) {
        Set<Feature> told = EnumSet.of(
                Feature.FOREIGN_PART, Feature.FOREIGN_TOOL, Feature.VIDEO_BYTES, Feature.VIDEO_URL, Feature.AUDIO_URL);
        switch (vendor) {
            case OPENAI ->
                told.addAll(EnumSet.of(
                        Feature.IMAGE_FILE,
                        Feature.DOCUMENT_URL,
                        Feature.DOCUMENT_CITED,
                        Feature.RESULT_IMAGE,
                        Feature.OWN_RAW_PART,
                        Feature.TOP_K,
                        Feature.REASONING_BUDGET));
            case RESPONSES ->
                told.addAll(EnumSet.of(
                        Feature.SPEAKER,
                        Feature.AUDIO_BYTES,
                        Feature.DOCUMENT_CITED,
                        Feature.TOP_K,
                        Feature.STOP,
                        Feature.SEED,
                        Feature.PENALTIES,
                        Feature.REASONING_BUDGET));
            case MISTRAL -> {
                told.remove(Feature.AUDIO_URL);
                told.addAll(EnumSet.of(
                        Feature.SPEAKER,
                        Feature.IMAGE_FILE,
                        Feature.DOCUMENT_FILE,
                        Feature.DOCUMENT_CITED,
                        Feature.RESULT_IMAGE,
                        Feature.OWN_RAW_PART,
                        Feature.TOP_K,
                        Feature.LOGPROBS,
                        Feature.VERBOSITY,
                        Feature.SERVICE_TIER,
                        Feature.REASONING_BUDGET));
            }
            case ANTHROPIC ->
                told.addAll(EnumSet.of(
                        Feature.LATE_SYSTEM,
                        Feature.SPEAKER,
                        Feature.IMAGE_DETAIL,
                        Feature.AUDIO_BYTES,
                        Feature.BROKEN_ARGUMENTS,
                        Feature.SEED,
                        Feature.PENALTIES,
                        Feature.LOGPROBS,
                        Feature.VERBOSITY,
                        Feature.REASONING_BUDGET)); // in a tool loop without reasoning of its own
            case GEMINI, VERTEX -> {
                told.removeAll(EnumSet.of(Feature.AUDIO_URL, Feature.VIDEO_BYTES, Feature.VIDEO_URL));
                told.addAll(EnumSet.of(
                        Feature.LATE_SYSTEM,
                        Feature.SPEAKER,
                        Feature.IMAGE_DETAIL,
                        Feature.DOCUMENT_CITED,
                        Feature.BROKEN_ARGUMENTS,
                        Feature.NO_PARALLEL_CALLS,
                        Feature.VERBOSITY));
                if (vendor == Vendor.GEMINI) {
                    told.addAll(EnumSet.of(Feature.METADATA, Feature.REASONING_LEVEL)); // NONE is MINIMAL
                }
            }
            case BEDROCK -> {
                told.remove(Feature.VIDEO_BYTES);
                told.addAll(EnumSet.of(
                        Feature.LATE_SYSTEM,
                        Feature.SPEAKER,
                        Feature.IMAGE_URL,
                        Feature.IMAGE_FILE,
                        Feature.IMAGE_DETAIL,
                        Feature.DOCUMENT_URL,
                        Feature.DOCUMENT_FILE,
                        Feature.BROKEN_ARGUMENTS,
                        Feature.NO_PARALLEL_CALLS,
                        Feature.SEED,
                        Feature.PENALTIES,
                        Feature.LOGPROBS,
                        Feature.VERBOSITY,
                        Feature.REASONING_BUDGET));
            }
            case COHERE ->
                told.addAll(EnumSet.of(
                        Feature.SPEAKER,
                        Feature.IMAGE_FILE,
                        Feature.AUDIO_BYTES,
                        Feature.DOCUMENT_BYTES,
                        Feature.DOCUMENT_URL,
                        Feature.DOCUMENT_FILE,
                        Feature.DOCUMENT_CITED,
                        Feature.RESULT_IMAGE,
                        Feature.NO_PARALLEL_CALLS,
                        Feature.VERBOSITY,
                        Feature.LOGPROBS,
                        Feature.SERVICE_TIER,
                        Feature.METADATA,
                        Feature.REASONING_LEVEL));
            case OLLAMA ->
                told.addAll(EnumSet.of(
                        Feature.SPEAKER,
                        Feature.IMAGE_URL,
                        Feature.IMAGE_FILE,
                        Feature.IMAGE_DETAIL,
                        Feature.AUDIO_BYTES,
                        Feature.DOCUMENT_BYTES,
                        Feature.DOCUMENT_TEXT,
                        Feature.DOCUMENT_URL,
                        Feature.DOCUMENT_FILE,
                        Feature.DOCUMENT_CITED,
                        Feature.BROKEN_ARGUMENTS,
                        Feature.OWN_RAW_PART,
                        Feature.STRICT_TOOL,
                        Feature.TOOL_CHOICE_REQUIRED,
                        Feature.TOOL_CHOICE_ONE,
                        Feature.PARALLEL_CALLS,
                        Feature.NO_PARALLEL_CALLS,
                        Feature.VERBOSITY,
                        Feature.SERVICE_TIER,
                        Feature.REASONING_BUDGET));
        }
        return told;
    }

    /** Returns what changes without a word, since it is the same to the model or the vendor does it by itself. */
    static Set<Feature> untold(Vendor vendor) {
        Set<Feature> untold = EnumSet.noneOf(Feature.class);
        if (vendor != Vendor.ANTHROPIC && vendor != Vendor.BEDROCK) {
            untold.add(Feature.CACHE_HINT); // the vendor caches by itself
        }
        if (vendor != Vendor.OPENAI) {
            untold.add(Feature.REFUSAL); // goes as text
        }
        if (vendor != Vendor.ANTHROPIC
                && vendor != Vendor.BEDROCK
                && vendor != Vendor.GEMINI
                && vendor != Vendor.VERTEX) {
            untold.add(Feature.RESULT_ERROR); // the result's words tell it
        }
        switch (vendor) {
            case OPENAI -> untold.add(Feature.REASONING); // not wanted back
            case MISTRAL -> untold.addAll(EnumSet.of(Feature.REASONING, Feature.USER));
            case ANTHROPIC -> untold.add(Feature.METADATA); // a label
            case GEMINI, VERTEX ->
                // calls are parallel anyway; strictness is a mode of all tools; no field for a user
                untold.addAll(EnumSet.of(Feature.PARALLEL_CALLS, Feature.STRICT_TOOL, Feature.USER));
            case BEDROCK ->
                // no tools are the same as the choice of none
                untold.addAll(EnumSet.of(Feature.PARALLEL_CALLS, Feature.TOOL_CHOICE_NONE, Feature.USER));
            case COHERE ->
                // a tool that must be used is sent alone; strictness is a mode of all tools; a raw text reads as text
                untold.addAll(EnumSet.of(
                        Feature.PARALLEL_CALLS,
                        Feature.TOOL_CHOICE_ONE,
                        Feature.STRICT_TOOL,
                        Feature.OWN_RAW_PART,
                        Feature.USER));
            case OLLAMA -> untold.addAll(EnumSet.of(Feature.TOOL_CHOICE_NONE, Feature.METADATA, Feature.USER));
            default -> {}
        }
        return untold;
    }

    /** Returns how the vendor's protocol blurs what is said. */
    static Facts.Blur blur(Vendor vendor) {
        return switch (vendor) {
            case COHERE, OLLAMA -> Facts.Blur.ORDER;
            case GEMINI, VERTEX -> Facts.Blur.KIND;
            default -> Facts.Blur.NONE;
        };
    }
}
