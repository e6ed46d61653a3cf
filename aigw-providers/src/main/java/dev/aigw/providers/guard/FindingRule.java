package dev.aigw.providers.guard;

import dev.aigw.api.GuardAction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where findings are in an answer.
 *
 * @param each the path of each finding; the other paths begin there
 * @param group the group of texts that it is about
 * @param text the index of the text: {@code $1} for what the first star stood for, or a path; null if unknown
 * @param rule the name: {@code $1}, a path, or the name itself
 * @param when the path of what makes it a finding; null if each is one
 * @param values what is there, then
 * @param start the path of the index of its first character; null without
 * @param end the path of the index behind its last character
 * @param match the path of the text that was found; null without
 * @param score the path of the score; null without
 * @param scale the highest score
 * @param scores the scores of words
 * @param action the path of what the service wants; null if the rule's name decides
 * @param actions what its words mean
 */
record FindingRule(
        ReplyPath each,
        String group,
        @Nullable String text,
        String rule,
        @Nullable ReplyPath when,
        List<Object> values,
        @Nullable ReplyPath start,
        @Nullable ReplyPath end,
        @Nullable ReplyPath match,
        @Nullable ReplyPath score,
        double scale,
        Map<String, Double> scores,
        @Nullable ReplyPath action,
        Map<String, GuardAction> actions) {}
