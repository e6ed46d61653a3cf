package dev.aigw.examples.stories;

import dev.aigw.routing.guard.injection.InjectionModel;
import dev.aigw.routing.guard.injection.InjectionScore;
import dev.aigw.routing.guard.injection.Sensitivity;
import dev.aigw.routing.guard.sensitive.SecretDetector;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Measures guards on labelled texts: precision, recall, F1 and false positives with 95 % intervals, by source and by
 * language.
 *
 * <pre>{@code
 * GuardLab                     the set of 150 texts that lies beside this class
 * GuardLab injection FILE...   your own texts, in the format of GuardRow
 * GuardLab secrets FILE...     texts with and without secrets, in the same format
 * }</pre>
 *
 * <p>{@link PersonalDataLab} does the same for personal data, whose places are labelled.
 */
public final class GuardLab {

    private GuardLab() {}

    /** Runs the story; the class comment has the arguments. */
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            injection(GuardRow.resource("guard-lab.tsv"), System.out);
            return;
        }
        boolean secrets = args[0].equals("secrets");
        if ((!secrets && !args[0].equals("injection")) || args.length < 2) {
            System.out.println("GuardLab | GuardLab injection FILE... | GuardLab secrets FILE...");
            return;
        }
        for (int i = 1; i < args.length; i++) {
            List<GuardRow> rows = GuardRow.read(Path.of(args[i]));
            if (secrets) {
                secrets(rows, System.out);
            } else {
                injection(rows, System.out);
            }
        }
    }

    /** Measures the detector of secrets. */
    static void secrets(List<GuardRow> rows, PrintStream out) {
        SecretDetector detector = SecretDetector.create();
        measure(
                rows,
                List.of(new Detector(
                        "secrets", row -> !detector.find(row.text()).isEmpty())),
                out);
    }

    /** A way to decide about rows. */
    record Detector(String name, Predicate<GuardRow> finds) {}

    /** Measures the injection guard: rules alone, the classifier alone, and both. */
    static void injection(List<GuardRow> rows, PrintStream out) {
        InjectionModel model = InjectionModel.builtIn();
        double threshold = Sensitivity.BALANCED.threshold();
        Map<String, InjectionScore> scores = new TreeMap<>();
        rows.forEach(row -> scores.put(row.id(), model.score(row.text(), row.origin())));
        Function<GuardRow, InjectionScore> score = row -> Objects.requireNonNull(scores.get(row.id()));
        measure(
                rows,
                List.of(
                        new Detector("rules alone", row -> score.apply(row).byRules() >= 0.5),
                        new Detector("classifier alone", row -> score.apply(row).byClassifier() >= threshold),
                        new Detector("both, LOW", row -> score.apply(row).score() >= Sensitivity.LOW.threshold()),
                        new Detector("both, STRICT", row -> score.apply(row).score() >= Sensitivity.STRICT.threshold()),
                        new Detector("both, BALANCED", row -> score.apply(row).score() >= threshold)),
                out);
    }

    /** Prints the figures of each detector, and those of the last one by source and language. */
    static void measure(List<GuardRow> rows, List<Detector> detectors, PrintStream out) {
        out.printf(Locale.ROOT, "%d texts, %d of them bad%n", rows.size(), count(rows, GuardRow::bad));
        for (Detector detector : detectors) {
            out.println(line(detector.name(), rows, detector));
        }
        Detector last = detectors.get(detectors.size() - 1);
        out.println("By source, " + last.name());
        print(rows, GuardRow::source, last, out);
        out.println("By language, " + last.name());
        print(rows, GuardRow::language, last, out);
    }

    private static void print(List<GuardRow> rows, Function<GuardRow, String> by, Detector detector, PrintStream out) {
        Map<String, List<GuardRow>> groups = new TreeMap<>();
        rows.forEach(row ->
                groups.computeIfAbsent(by.apply(row), key -> new ArrayList<>()).add(row));
        groups.forEach((name, group) -> out.println(line(name, group, detector)));
    }

    private static String line(String name, List<GuardRow> rows, Detector detector) {
        Tally tally = Tally.of(rows, detector);
        return String.format(
                Locale.ROOT,
                "%-18s precision %s  recall %s  F1 %s  false positives %s",
                name,
                share(tally.found(), tally.found() + tally.wrong(), false),
                share(tally.found(), tally.found() + tally.missed(), true),
                tally.found() + tally.missed() == 0 ? "   -" : String.format(Locale.ROOT, "%.3f", tally.f1()),
                share(tally.wrong(), tally.wrong() + tally.passed(), true));
    }

    private static String share(int part, int of, boolean interval) {
        if (of == 0) {
            return interval ? "   -               " : "   - ";
        }
        String percent = String.format(Locale.ROOT, "%5.1f", 100.0 * part / of);
        return interval
                ? percent
                        + String.format(
                                Locale.ROOT, " [%4.1f, %5.1f]", 100 * wilson(part, of, -1), 100 * wilson(part, of, 1))
                : percent;
    }

    /** Returns one end of the 95 % interval of a share after Wilson (1927). */
    static double wilson(int part, int of, int sign) {
        double z = 1.96;
        double share = (double) part / of;
        double middle = share + z * z / (2 * of);
        double half = z * Math.sqrt(share * (1 - share) / of + z * z / (4.0 * of * of));
        return Math.max(0, Math.min(1, (middle + sign * half) / (1 + z * z / of)));
    }

    private static int count(List<GuardRow> rows, Predicate<GuardRow> wanted) {
        return (int) rows.stream().filter(wanted).count();
    }

    /** How often a detector is right. */
    record Tally(int found, int missed, int wrong, int passed) {

        static Tally of(List<GuardRow> rows, Detector detector) {
            int found = count(rows, row -> row.bad() && detector.finds().test(row));
            int wrong = count(rows, row -> !row.bad() && detector.finds().test(row));
            int bad = count(rows, GuardRow::bad);
            return new Tally(found, bad - found, wrong, rows.size() - bad - wrong);
        }

        double f1() {
            return 2.0 * found / (2.0 * found + wrong + missed);
        }
    }
}
