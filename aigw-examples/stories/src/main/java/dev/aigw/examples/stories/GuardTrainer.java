package dev.aigw.examples.stories;

import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.spi.Embedder;
import dev.aigw.routing.guard.injection.EmbeddingHead;
import dev.aigw.routing.guard.injection.InjectionExample;
import dev.aigw.routing.guard.injection.InjectionModel;
import dev.aigw.routing.guard.injection.InjectionScore;
import dev.aigw.routing.guard.injection.InjectionTrainer;
import dev.aigw.routing.guard.injection.Sensitivity;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Trains the classifier of the injection guard.
 *
 * <pre>{@code
 * GuardTrainer train MODEL FILE...     learns from the files and writes the model
 * GuardTrainer head HEAD FILE...       learns a head over the vectors of the small model of these examples
 * GuardTrainer report FILE...          cross-validates, then leaves out one source after the other
 * }</pre>
 *
 * <p>The files have the format of {@link GuardRow}. To them the trainer adds texts that it makes from
 * {@code injection-templates.txt}: attacks in many languages, alone and put into benign texts of the files, and benign
 * texts with the same words. It counts sources so that a large one does not outweigh the others. The same files give
 * the same model, byte for byte.
 */
public final class GuardTrainer {

    private static final long SEED = 17;
    private static final int FOLDS = 5;
    private static final double BALANCED = Sensitivity.BALANCED.threshold();

    private GuardTrainer() {}

    /** Runs the trainer; the class comment has the arguments. */
    public static void main(String[] args) throws IOException {
        String command = args.length < 2 ? "" : args[0];
        switch (command) {
            case "train" -> {
                InjectionModel model = train(read(args, 2));
                try (OutputStream out = Files.newOutputStream(Path.of(args[1]))) {
                    model.write(out);
                }
                System.out.println("The model is in " + args[1] + ": " + Files.size(Path.of(args[1])) + " bytes.");
            }
            case "head" -> {
                EmbeddingHead head = head(read(args, 2), LocalModel.load()::embed);
                try (OutputStream out = Files.newOutputStream(Path.of(args[1]))) {
                    head.write(out);
                }
                System.out.println("The head is in " + args[1] + ": " + head.dimensions() + " dimensions.");
            }
            case "report" -> report(read(args, 1), System.out);
            default -> System.out.println("GuardTrainer train MODEL FILE... | head HEAD FILE... | report FILE...");
        }
    }

    private static List<GuardRow> read(String[] args, int from) throws IOException {
        List<GuardRow> rows = new ArrayList<>();
        for (String file : Arrays.asList(args).subList(from, args.length)) {
            rows.addAll(GuardRow.read(Path.of(file)));
        }
        return rows;
    }

    /** Returns what there is to learn from {@code rows} and the templates. */
    static InjectionModel train(List<GuardRow> rows) {
        return new InjectionTrainer(SEED).train(examples(rows));
    }

    /** Returns the rows and what the templates make of them, weighted by source. */
    static List<InjectionExample> examples(List<GuardRow> rows) {
        Map<String, Integer> sizes = new HashMap<>();
        rows.forEach(row -> sizes.merge(row.source() + row.bad(), 1, Integer::sum));
        List<InjectionExample> examples = new ArrayList<>();
        for (GuardRow row : rows) {
            double weight = Math.min(2, Math.sqrt(100.0 / sizes.getOrDefault(row.source() + row.bad(), 1)));
            examples.add(new InjectionExample(row.text(), row.origin(), row.bad(), weight, row.id()));
            if (row.isForeign()) {
                // A user may paste it.
                examples.add(new InjectionExample(row.text(), ContentOrigin.USER, row.bad(), weight * 0.5, row.id()));
            }
        }
        examples.addAll(InjectionTemplates.load().make(rows, new SplittableRandom(SEED)));
        return examples;
    }

    /** A row with what the guard says of it. */
    record Judged(GuardRow row, InjectionScore score) {}

    /** Returns a head over the vectors of {@code embedder}, from scores of rows that the classifier had not seen. */
    static EmbeddingHead head(List<GuardRow> rows, Embedder embedder) {
        List<Judged> judged = crossValidate(rows);
        boolean[] attacks = new boolean[judged.size()];
        double[] scores = new double[judged.size()];
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < attacks.length; i++) {
            attacks[i] = judged.get(i).row().bad();
            scores[i] = judged.get(i).score().score();
            texts.add(judged.get(i).row().text());
        }
        return EmbeddingHead.train(embedder.embed(texts), scores, attacks);
    }

    private static List<Judged> crossValidate(List<GuardRow> rows) {
        List<Judged> judged = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            int held = fold;
            judge(train(filter(rows, row -> fold(row) != held)), filter(rows, row -> fold(row) == held), judged);
        }
        return judged;
    }

    static void report(List<GuardRow> rows, PrintStream out) {
        List<Judged> judged = crossValidate(rows);
        out.println("Cross-validated, " + FOLDS + " folds");
        summary("rules and classifier", judged, InjectionScore::score, out);
        summary("classifier alone", judged, InjectionScore::byClassifier, out);
        summary("rules alone", judged, InjectionScore::byRules, out);
        bySource(judged, threshold(judged, InjectionScore::score, 0.01), out);
        byRule(judged, out);
        out.println();
        out.println("Each source left out of training");
        Set<String> sources = new LinkedHashSet<>();
        rows.forEach(row -> sources.add(row.source()));
        double sum = 0;
        int count = 0;
        for (String source : sources) {
            InjectionModel model =
                    train(filter(rows, row -> !row.source().equals(source) && (row.bad() || fold(row) != 0)));
            List<Judged> seen = new ArrayList<>();
            judge(model, filter(rows, row -> row.source().equals(source) || (!row.bad() && fold(row) == 0)), seen);
            double at5 = threshold(seen, InjectionScore::score, 0.05);
            double at1 = threshold(seen, InjectionScore::score, 0.01);
            List<Judged> own = seen.stream()
                    .filter(one -> one.row().source().equals(source))
                    .toList();
            long bad = own.stream().filter(one -> one.row().bad()).count();
            out.printf(
                    Locale.ROOT,
                    "%-18s recall at 5 %% %s, at 1 %% %s of %4d; false positives, BALANCED %s of %4d%n",
                    source,
                    percent(own, true, at5),
                    percent(own, true, at1),
                    bad,
                    percent(own, false, BALANCED),
                    own.size() - bad);
            if (bad > 0) {
                sum += rate(own, true, at5);
                count++;
            }
        }
        out.printf(Locale.ROOT, "mean recall at 5 %% over %d sources with attacks: %.3f%n", count, sum / count);
    }

    private static void judge(InjectionModel model, List<GuardRow> rows, List<Judged> judged) {
        rows.stream()
                .parallel()
                .map(row -> new Judged(row, model.score(row.text(), row.origin())))
                .toList()
                .forEach(judged::add);
    }

    private static int fold(GuardRow row) {
        return Math.floorMod((row.id().hashCode() * 0x9E3779B1) >>> 7, FOLDS);
    }

    private static List<GuardRow> filter(List<GuardRow> rows, Predicate<GuardRow> filter) {
        return rows.stream().filter(filter).toList();
    }

    /** Returns the threshold that at most this share of the benign texts reaches. */
    private static double threshold(List<Judged> judged, ToDoubleFunction<InjectionScore> by, double share) {
        double[] benign = judged.stream()
                .filter(one -> !one.row().bad())
                .mapToDouble(one -> by.applyAsDouble(one.score()))
                .sorted()
                .toArray();
        return Math.nextUp(benign[benign.length - 1 - (int) (benign.length * share)]);
    }

    private static double rate(List<Judged> judged, boolean bad, double threshold) {
        return judged.stream()
                .filter(one -> one.row().bad() == bad)
                .mapToDouble(one -> one.score().score() >= threshold ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }

    private static String percent(List<Judged> judged, boolean bad, double threshold) {
        double rate = rate(judged, bad, threshold);
        return Double.isNaN(rate) ? "   - " : String.format(Locale.ROOT, "%5.1f", rate * 100);
    }

    private static void summary(
            String name, List<Judged> judged, ToDoubleFunction<InjectionScore> by, PrintStream out) {
        double best = 0;
        double bestAt = 0;
        for (int i = 1; i < 100; i++) {
            double f1 = f1(judged, by, i / 100.0);
            if (f1 > best) {
                best = f1;
                bestAt = i / 100.0;
            }
        }
        double at1 = threshold(judged, by, 0.01);
        long bad = judged.stream().filter(one -> one.row().bad()).count();
        double recall = judged.stream()
                        .filter(one -> one.row().bad() && by.applyAsDouble(one.score()) >= at1)
                        .count()
                / (double) bad;
        out.printf(
                Locale.ROOT,
                "%-22s F1, BALANCED %.3f, best F1 %.3f at %.2f; recall at 1 %% false positives %.3f (threshold %.3f)%n",
                name,
                f1(judged, by, BALANCED),
                best,
                bestAt,
                recall,
                at1);
    }

    private static double f1(List<Judged> judged, ToDoubleFunction<InjectionScore> by, double threshold) {
        int right = 0;
        int wrong = 0;
        int missed = 0;
        for (Judged one : judged) {
            boolean found = by.applyAsDouble(one.score()) >= threshold;
            if (one.row().bad()) {
                right += found ? 1 : 0;
                missed += found ? 0 : 1;
            } else {
                wrong += found ? 1 : 0;
            }
        }
        return 2.0 * right / (2.0 * right + wrong + missed);
    }

    /** Prints for each rule in how many attacks and benign texts it fires. */
    private static void byRule(List<Judged> judged, PrintStream out) {
        Map<String, int[]> counts = new TreeMap<>();
        for (Judged one : judged) {
            for (InjectionScore.Fired fired : one.score().fired()) {
                int at = (one.row().isForeign() ? 2 : 0) + (one.row().bad() ? 0 : 1);
                counts.computeIfAbsent(fired.rule(), rule -> new int[4])[at]++;
            }
        }
        counts.forEach((rule, count) -> out.printf(
                Locale.ROOT,
                "%-18s turns: %4d attacks, %3d benign; foreign: %4d attacks, %3d benign%n",
                rule,
                count[0],
                count[1],
                count[2],
                count[3]));
    }

    private static void bySource(List<Judged> judged, double at1, PrintStream out) {
        Map<String, List<Judged>> sources = new LinkedHashMap<>();
        judged.forEach(one -> sources.computeIfAbsent(one.row().source(), s -> new ArrayList<>())
                .add(one));
        sources.forEach((source, rows) -> {
            out.printf(
                    Locale.ROOT,
                    "%-18s recall, BALANCED %s, at 1 %% %s; false positives, BALANCED %s, at 1 %% %s%n",
                    source,
                    percent(rows, true, BALANCED),
                    percent(rows, true, at1),
                    percent(rows, false, BALANCED),
                    percent(rows, false, at1));
        });
    }
}
