package dev.aigw.routing.guard;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Route;
import dev.aigw.api.guard.ContentEditor;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks guards about the content of one subject, in one direction, and acts on what they say. Cheap guards run first;
 * what they change, costly ones see changed. For one thread.
 */
final class Inspector {

    /** What a rule says about the parts it saw. */
    private record Judged(GuardRule rule, GuardVerdict verdict, List<Integer> indices) {}

    private final Subject subject;
    private final Inspection.Direction direction;
    private final ModelRequest request;
    private @Nullable Inspection first; // what all inspections share

    /**
     * Creates an inspector.
     *
     * @param request the request; of a reply, the one it answers
     */
    Inspector(Subject subject, Inspection.Direction direction, ModelRequest request) {
        this.subject = subject;
        this.direction = direction;
        this.request = request;
    }

    /**
     * Returns {@code content} as the guards leave it.
     *
     * @param rules the rules that apply, in the order of their efforts
     * @param walk visits the content; it returns null for content that it does not know
     * @param masks where restorable replacements are noted
     * @throws GatewayException of kind GUARD_REJECTED if a guard blocks it, or cannot tell
     */
    <T> T inspect(List<GuardRule> rules, T content, BiFunction<T, ContentEditor, @Nullable T> walk, Masks masks) {
        T current = content;
        int from = 0;
        while (from < rules.size()) {
            Guard.Effort effort = rules.get(from).guard().effort();
            int to = from + 1;
            while (to < rules.size() && rules.get(to).guard().effort() == effort) {
                to++;
            }
            Parts parts = new Parts();
            if (walk.apply(current, parts) == null) {
                throw unreadable(current);
            }
            Replacements replacements = new Replacements();
            replace(parts.list, judge(rules.subList(from, to), parts.list), replacements, masks);
            if (!replacements.isEmpty()) {
                T edited = walk.apply(current, replacements);
                current = edited == null ? current : edited;
            }
            from = to;
        }
        return current;
    }

    /** Returns one text of a reply as the guards leave it. */
    String inspectText(List<GuardRule> rules, GuardedPart part) {
        String text = part.text();
        return text == null
                ? ""
                : inspect(rules, text, (given, editor) -> editor.text(part.origin(), part.path(), given), new Masks());
    }

    /**
     * Returns what one guard says about a reply that is still arriving. A guard that only reports, and takes long, does
     * so later.
     */
    GuardVerdict window(GuardRule rule, GuardedPart part, boolean complete) {
        Inspection inspection = inspection(rule, List.of(part));
        GuardRun run = new GuardRun(rule, complete ? inspection : inspection.unfinished(part));
        boolean later = rule.isShadow() && rule.guard().effort() != Guard.Effort.MEMORY;
        GuardVerdict verdict = GuardRun.all(List.of(run), subject, later ? this::report : (mine, said) -> {})
                .get(0);
        return verdict == null || later ? GuardVerdict.ALLOW : verdict;
    }

    private GatewayException unreadable(Object content) {
        return GatewayException.of(
                ErrorKind.GUARD_REJECTED,
                "guards cannot read " + content.getClass().getName()
                        + ": let it implement EditableContent, or exempt its operation with"
                        + " Guards.builder().exempt(operation)");
    }

    private Inspection inspection(GuardRule rule, List<GuardedPart> parts) {
        Inspection known = first;
        if (known == null) {
            Parts asked = new Parts();
            Contents.edited(request, asked);
            known = Inspection.of(
                            direction,
                            List.of(),
                            subject.operation(),
                            request,
                            subject.model(),
                            subject.options(),
                            rule.timeout())
                    .withRequestParts(asked.list);
            first = known;
        }
        return known.withParts(parts).withTimeout(rule.timeout());
    }

    private List<Judged> judge(List<GuardRule> rules, List<GuardedPart> parts) {
        List<GuardRun> runs = new ArrayList<>(rules.size());
        List<List<Integer>> seen = new ArrayList<>(rules.size());
        for (GuardRule rule : rules) {
            List<Integer> indices = indices(rule, parts);
            boolean reads =
                    direction == Inspection.Direction.INPUT && rule.guard().readsRequest();
            if (!indices.isEmpty() || reads) {
                runs.add(new GuardRun(rule, inspection(rule, shown(parts, indices))));
                seen.add(indices);
            }
        }
        List<@Nullable GuardVerdict> verdicts = GuardRun.all(runs, subject, this::report);
        List<Judged> judged = new ArrayList<>(runs.size());
        for (int i = 0; i < runs.size(); i++) {
            GuardRule rule = runs.get(i).rule();
            GuardVerdict verdict = verdicts.get(i);
            if (verdict != null && !rule.isShadow()) {
                judged.add(new Judged(rule, verdict, seen.get(i)));
            }
        }
        return judged;
    }

    static List<GuardedPart> shown(List<GuardedPart> parts, List<Integer> indices) {
        List<GuardedPart> shown = new ArrayList<>(indices.size());
        for (int index : indices) {
            shown.add(parts.get(index));
        }
        return shown;
    }

    /** Returns the indices of the parts that a rule sees. */
    static List<Integer> indices(GuardRule rule, List<GuardedPart> parts) {
        List<Integer> indices = new ArrayList<>(parts.size());
        for (int i = rule.seesLatestTurnOnly() ? latestTurn(parts) : 0; i < parts.size(); i++) {
            if (rule.origins().contains(parts.get(i).origin())) {
                indices.add(i);
            }
        }
        return indices;
    }

    /** Returns the index behind what the model wrote last. */
    private static int latestTurn(List<GuardedPart> parts) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            ContentOrigin origin = parts.get(i).origin();
            if (origin == ContentOrigin.MODEL
                    || origin == ContentOrigin.REASONING
                    || origin == ContentOrigin.TOOL_ARGUMENTS) {
                return i + 1;
            }
        }
        return 0;
    }

    /** Reports what a guard found, and rejects the content if that is what it wants. */
    void report(GuardRule rule, GuardVerdict verdict) {
        counted(rule, verdict, direction == Inspection.Direction.INPUT).forEach(subject::found);
        if (verdict.action() == GuardAction.BLOCK && !rule.isShadow()) {
            GuardFinding worst = verdict.findings().stream()
                    .filter(finding -> finding.action() == GuardAction.BLOCK)
                    .max(Comparator.comparingDouble(GuardFinding::score))
                    .orElseThrow();
            throw rejected(rule, worst.rule(), worst.score());
        }
    }

    /** Returns what a guard found, with equal findings counted together. */
    static Collection<Route.Verdict> counted(GuardRule rule, GuardVerdict verdict, boolean input) {
        Map<String, Route.Verdict> counted = new LinkedHashMap<>();
        for (GuardFinding finding : verdict.findings()) {
            if (finding.action() != GuardAction.ALLOW) {
                Route.Verdict found = new Route.Verdict(
                        rule.name(), finding.rule(), finding.action(), finding.score(), input, !rule.isShadow(), 1);
                counted.merge(finding.rule() + finding.action(), found, Inspector::sum);
            }
        }
        return counted.values();
    }

    private static Route.Verdict sum(Route.Verdict one, Route.Verdict other) {
        return new Route.Verdict(
                one.guard(),
                one.rule(),
                one.action(),
                Math.max(one.score(), other.score()),
                one.input(),
                one.enforced(),
                one.count() + other.count());
    }

    private GatewayException rejected(GuardRule rule, String finding, double score) {
        return GatewayException.of(
                ErrorKind.GUARD_REJECTED,
                "the guard \"" + rule.name() + "\" rejected the "
                        + (direction == Inspection.Direction.INPUT ? "request" : "answer") + ": rule \"" + finding
                        + "\", score " + Math.round(score * 100) / 100.0);
    }

    private void replace(List<GuardedPart> parts, List<Judged> judged, Replacements replacements, Masks masks) {
        List<Edits> edits = new ArrayList<>();
        for (Judged each : judged) {
            for (GuardFinding finding : each.verdict().findings()) {
                if (finding.action() == GuardAction.REDACT) {
                    int index = index(each, finding);
                    while (edits.size() <= index) {
                        edits.add(new Edits());
                    }
                    note(each.rule(), finding, parts.get(index), index, edits.get(index), replacements);
                }
            }
        }
        boolean masking = direction == Inspection.Direction.INPUT;
        for (int i = 0; i < parts.size(); i++) {
            Edits mine = i < edits.size() ? edits.get(i) : null;
            if (mine == null && masks.isEmpty()) {
                continue;
            }
            GuardedPart part = parts.get(i);
            String text = part.text();
            if (text != null && part.isEditable()) {
                String edited = (mine == null ? new Edits() : mine)
                        .apply(text, part.origin() == ContentOrigin.TOOL_ARGUMENTS, masking ? masks : null);
                if (!edited.equals(text)) {
                    replacements.text(i, edited);
                }
            }
        }
    }

    private static int index(Judged judged, GuardFinding finding) {
        int part = finding.part();
        if (part < 0 || part >= judged.indices().size()) {
            throw new IllegalStateException("the guard \"" + judged.rule().name() + "\" replaces something in part "
                    + part + " of " + judged.indices().size());
        }
        return judged.indices().get(part);
    }

    private void note(
            GuardRule rule, GuardFinding finding, GuardedPart part, int index, Edits edits, Replacements replacements) {
        if (finding.mediaReplacement() != null) {
            if (part.media() == null) {
                throw rejected(rule, finding.rule(), finding.score());
            }
            replacements.media(index, finding.mediaReplacement());
        } else if (part.text() == null || !part.isEditable()) {
            boolean modelsOwn = part.origin() == ContentOrigin.REASONING && direction == Inspection.Direction.INPUT;
            if (!modelsOwn) { // signed reasoning goes back to the model that made it
                throw rejected(rule, finding.rule(), finding.score());
            }
        } else {
            edits.add(finding, part.text().length());
        }
    }
}
