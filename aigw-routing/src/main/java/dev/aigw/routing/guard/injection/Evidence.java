package dev.aigw.routing.guard.injection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the rules find in the views of a text. The classifier reads the same views. */
final class Evidence {

    /** Rules that stand for how a text was disguised, behind those of the file. */
    private static final List<String> DISGUISES = List.of("disguised-text", "encoded-payload", "invisible-text");

    private static final float DISGUISE = 2.5f;
    private static final float SUSPICIOUS = 1.5f;

    /** The names of all rules. */
    static final List<String> NAMES = names();

    final List<View> views;
    /** For each name of {@link #NAMES}, how much evidence it adds; 0 where it did not fire. */
    final float[] weight = new float[NAMES.size()];

    final int[] start = new int[NAMES.size()];
    final int[] end = new int[NAMES.size()];

    private Evidence(List<View> views) {
        this.views = views;
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(RuleBook.BUILT_IN.names());
        names.addAll(DISGUISES);
        return List.copyOf(names);
    }

    /** Reads {@code text}, which comes from a stranger if {@code foreign}. */
    static Evidence of(String text, boolean foreign) {
        List<View> views = TextNormalizer.views(text);
        Evidence evidence = new Evidence(views);
        // Rules may find text in ROT13 or written backwards in the plain view; then there is one view more.
        RuleBook.Findings plain = RuleBook.BUILT_IN.find(views.get(0), foreign);
        if (plain.rot13) {
            views.add(TextNormalizer.rot13(views.get(0)));
        }
        if (plain.reversed) {
            views.add(TextNormalizer.reversed(views.get(0)));
        }
        evidence.add(views.get(0), plain);
        for (int i = 1; i < views.size(); i++) {
            evidence.add(views.get(i), RuleBook.BUILT_IN.find(views.get(i), foreign));
        }
        return evidence;
    }

    private void add(View view, RuleBook.Findings findings) {
        float most = 0;
        for (int i = 0; i < findings.evidence.length; i++) {
            float found = findings.evidence[i];
            if (found > weight[i]) {
                most = Math.max(most, found);
                put(i, found, view.originalStart(findings.start[i]), view.originalEnd(wordEnd(view, findings.end[i])));
            }
        }
        boolean hiddenWords = view.kind == View.Kind.INVISIBLE
                && new String(view.chars).strip().indexOf(' ') > 0;
        if (view.kind != View.Kind.PLAIN && (most >= SUSPICIOUS || hiddenWords)) {
            int name = NAMES.indexOf(disguise(view.kind));
            put(name, DISGUISE, view.originalStart(0), view.originalEnd(view.length));
        }
    }

    private static String disguise(View.Kind kind) {
        return switch (kind) {
            case PLAIN, UNDISGUISED -> "disguised-text";
            case DECODED -> "encoded-payload";
            case INVISIBLE -> "invisible-text";
        };
    }

    /** Returns where the word ends whose beginning a rule found. */
    private static int wordEnd(View view, int from) {
        int end = from;
        while (!view.dense
                && end > 0
                && end < view.length
                && end - from < 40
                && Letters.isWord(view.chars[end])
                && !Letters.isIdeograph(view.chars[end])
                && Letters.isWord(view.chars[end - 1])) {
            end++;
        }
        return end;
    }

    private void put(int name, float found, int from, int to) {
        weight[name] = found;
        start[name] = from;
        end[name] = Math.max(from, to);
    }

    /** Returns the sum of all evidence. */
    float sum() {
        float sum = 0;
        for (float found : weight) {
            sum += found;
        }
        return sum;
    }

    /** Returns the rules that fired, the heaviest first. */
    List<InjectionScore.Fired> fired() {
        List<InjectionScore.Fired> fired = new ArrayList<>();
        for (int i = 0; i < weight.length; i++) {
            if (weight[i] > 0) {
                fired.add(new InjectionScore.Fired(NAMES.get(i), start[i], end[i], weight[i]));
            }
        }
        fired.sort((a, b) -> Double.compare(b.evidence(), a.evidence()));
        return List.copyOf(fired);
    }

    @Override
    public String toString() {
        return "Evidence{" + Arrays.toString(weight) + "}";
    }
}
