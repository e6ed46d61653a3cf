package dev.aigw.providers.guard;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects what a service found. Spans that overlap become one, so that no half of a secret stays; what should be
 * replaced, but has no place in the text, blocks. Not safe for use by several threads.
 */
final class Findings {

    private final GuardPolicy policy;
    private final List<GuardFinding> others = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();
    private final Map<String, Double> withoutPlace = new LinkedHashMap<>();

    Findings(GuardPolicy policy) {
        this.policy = policy;
    }

    private record Span(int part, int start, int end, String rule, double score) {

        boolean overlaps(Span next) {
            return part == next.part && next.start < end;
        }

        Span and(Span next) {
            boolean other = next.score > score || (next.score == score && next.end - next.start > end - start);
            return new Span(
                    part, start, Math.max(end, next.end), other ? next.rule : rule, Math.max(score, next.score));
        }
    }

    /** Adds what has no place in the texts. */
    void add(String rule, double score, GuardAction action) {
        if (action == GuardAction.REDACT) {
            withoutPlace.merge(rule, score, Math::max);
        } else if (action != GuardAction.ALLOW) {
            others.add(GuardFinding.whole(rule, score, action));
        }
    }

    /** Adds what stands in a span of a text. */
    void add(Slot slot, int start, int end, String rule, double score, GuardAction action) {
        if (action == GuardAction.REDACT) {
            slot.map(start, end, (part, from, to) -> spans.add(new Span(part, from, to, rule, score)));
        } else if (action != GuardAction.ALLOW) {
            slot.map(start, end, (part, from, to) -> others.add(GuardFinding.at(part, from, to, rule, score, action)));
        }
    }

    /** Adds what concerns one text. */
    void add(Slot slot, String rule, double score, GuardAction action) {
        if (slot.pieces().size() == 1 && action != GuardAction.REDACT && action != GuardAction.ALLOW) {
            others.add(GuardFinding.in(slot.pieces().get(0).part(), rule, score, action));
        } else {
            add(rule, score, action);
        }
    }

    /** Returns whether the call is blocked already, so that no more requests are needed. */
    boolean isBlocked() {
        return others.stream().anyMatch(finding -> finding.action() == GuardAction.BLOCK);
    }

    /** Says that the answer to one request was read: what should be replaced in it has its place, or blocks. */
    void settle() {
        Set<String> placed = new HashSet<>();
        spans.forEach(span -> placed.add(span.rule));
        withoutPlace.forEach((rule, score) -> {
            if (!placed.contains(rule)) {
                others.add(GuardFinding.whole(rule, score, GuardAction.BLOCK));
            }
        });
        withoutPlace.clear();
    }

    /** Returns the verdict. */
    GuardVerdict verdict() {
        List<GuardFinding> all = new ArrayList<>(others);
        spans.sort(Comparator.comparingInt(Span::part).thenComparingInt(Span::start));
        Span open = null;
        for (Span span : spans) {
            if (open != null && open.overlaps(span)) {
                open = open.and(span);
            } else {
                if (open != null) {
                    all.add(redaction(open));
                }
                open = span;
            }
        }
        if (open != null) {
            all.add(redaction(open));
        }
        return GuardVerdict.of(all);
    }

    private GuardFinding redaction(Span span) {
        return GuardFinding.redact(
                span.part, span.start, span.end, span.rule, span.score, policy.replacement(span.rule));
    }
}
