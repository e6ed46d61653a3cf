package dev.aigw.examples.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aigw.routing.guard.sensitive.Entity;
import dev.aigw.routing.guard.sensitive.EntityDetector;
import dev.aigw.routing.guard.sensitive.EntityType;
import dev.aigw.routing.guard.sensitive.PersonalData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Measures how well a detector finds personal data: precision, recall and F1 by type and by source, with intervals of
 * 95 %. Run it on your own texts before you trust it with them:
 *
 * <pre>{@code
 * mvn -q -pl aigw-examples/stories -am compile exec:java -Dexec.mainClass=dev.aigw.examples.stories.PersonalDataLab -Dexec.args=mine.jsonl
 * }</pre>
 *
 * <p>The file has one JSON object a line, and may be compressed with gzip: {@code text}; {@code spans}, a list of
 * objects with {@code type}, {@code start} and {@code end} in UTF-16 units; {@code source}, a name; and
 * {@code labelled}, the types that the spans are complete for, where they are not complete for all. Types are those of
 * {@link EntityType}, or the names that Presidio gives them. Without a file it measures a small set that was made for
 * this story, which says little about other texts.
 */
public final class PersonalDataLab {

    private static final int RESAMPLES = 400;

    /** What the detector looks for; files label more. */
    private static final Set<String> MEASURED =
            Set.of("EMAIL", "PHONE", "CARD", "IBAN", "IP_ADDRESS", "MAC_ADDRESS", "DATE_OF_BIRTH", "ADDRESS", "PERSON");

    /** Presidio's names. */
    private static final Map<String, String> ALIASES = Map.ofEntries(
            Map.entry("EMAIL_ADDRESS", "EMAIL"),
            Map.entry("PHONE_NUMBER", "PHONE"),
            Map.entry("CREDIT_CARD", "CARD"),
            Map.entry("IBAN_CODE", "IBAN"),
            Map.entry("STREET_ADDRESS", "ADDRESS"),
            Map.entry("ZIP_CODE", "ADDRESS"),
            Map.entry("LOCATION", "ADDRESS"),
            Map.entry("FI_PERSONAL_IDENTITY_CODE", "FI_HETU"),
            Map.entry("TH_TNIN", "TH_NATIONAL_ID"),
            Map.entry("TR_NATIONAL_ID", "TR_TCKN"),
            Map.entry("SG_NRIC_FIN", "SG_NRIC"),
            Map.entry("ZA_ID_NUMBER", "ZA_ID"),
            Map.entry("PH_MOBILE_NUMBER", "PH_PHONE"),
            Map.entry("TR_PHONE_NUMBER", "TR_PHONE"));

    private PersonalDataLab() {}

    /** A text with what is in it; {@code labelled} is empty where the spans are complete for all types. */
    record Row(String source, String text, List<Entity> spans, Set<EntityType> labelled) {}

    /** What was found rightly, found wrongly and missed. */
    record Counts(int right, int exact, int wrong, int missed) {

        Counts plus(Counts other) {
            return new Counts(right + other.right, exact + other.exact, wrong + other.wrong, missed + other.missed);
        }

        double precision() {
            return right + wrong == 0 ? 1 : (double) right / (right + wrong);
        }

        double recall() {
            return right + missed == 0 ? 1 : (double) right / (right + missed);
        }

        double f1() {
            return 2 * right + wrong + missed == 0 ? 1 : 2.0 * right / (2 * right + wrong + missed);
        }
    }

    /** Measures the file named by the first argument, or the set that ships with the story. */
    public static void main(String... args) throws IOException {
        List<Row> rows = args.length == 0 ? made() : read(Path.of(args[0]));
        EntityDetector detector = PersonalData.builder().givenNames().build();
        System.out.println(report(rows, detector, 0.5));
    }

    /** Returns the rows that ship with the story. */
    static List<Row> made() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                PersonalDataLab.class.getResourceAsStream("personal-data.jsonl"), "personal-data.jsonl")) {
            return rows(in);
        }
    }

    /** Reads a file of rows. */
    static List<Row> read(Path file) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            return rows(in);
        }
    }

    private static List<Row> rows(InputStream in) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<Row> rows = new ArrayList<>();
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank()) {
                rows.add(row(json.readTree(line)));
            }
        }
        return rows;
    }

    private static Row row(JsonNode row) {
        List<Entity> spans = new ArrayList<>();
        for (JsonNode span : row.path("spans")) {
            spans.add(new Entity(
                    type(span.path("type").asText()),
                    span.path("start").asInt(),
                    span.path("end").asInt(),
                    1));
        }
        Set<EntityType> labelled = new HashSet<>();
        row.path("labelled").forEach(type -> labelled.add(type(type.asText())));
        String kind = row.path("kind").asText();
        if (kind.startsWith("format:")) {
            labelled.add(type(kind.substring("format:".length())));
        }
        return new Row(row.path("source").asText("file"), row.path("text").asText(), spans, labelled);
    }

    private static EntityType type(String name) {
        return EntityType.of(ALIASES.getOrDefault(name, name));
    }

    /** Returns the tables by type, and by source and type, of entities with at least this score. */
    static String report(List<Row> rows, EntityDetector detector, double minimumScore) {
        Map<String, List<Counts>> tables = new TreeMap<>();
        for (Row row : rows) {
            count(row, detector, minimumScore).forEach((type, counts) -> {
                if (!MEASURED.contains(type.name())
                        && !PersonalData.nationalIds().contains(type)) {
                    return;
                }
                tables.computeIfAbsent("all sources / " + type, key -> new ArrayList<>())
                        .add(counts);
                tables.computeIfAbsent(row.source() + " / " + type, key -> new ArrayList<>())
                        .add(counts);
            });
        }
        StringBuilder report = new StringBuilder(
                String.format("%-40s %5s %21s %21s %19s %6s%n", "", "spans", "precision", "recall", "F1", "exact"));
        tables.forEach((name, list) -> {
            Counts sum = sum(list);
            if (sum.right() + sum.missed() + sum.wrong() > 0) {
                report.append(line(name, sum, list));
            }
        });
        return report.toString();
    }

    /** Returns the counts by type. A span counts as found if something of its type overlaps it. */
    static Map<EntityType, Counts> count(Row row, EntityDetector detector, double minimumScore) {
        List<Entity> found = detector.find(row.text());
        Set<EntityType> types = new HashSet<>(row.labelled());
        if (types.isEmpty()) {
            row.spans().forEach(span -> types.add(span.type()));
            found.forEach(entity -> types.add(entity.type()));
        }
        Map<EntityType, Counts> counts = new java.util.HashMap<>();
        for (EntityType type : types) {
            Counts sum = new Counts(0, 0, 0, 0);
            for (Entity span : row.spans()) {
                if (span.type().equals(type)) {
                    boolean hit = false;
                    boolean exact = false;
                    for (Entity entity : found) {
                        if (entity.type().equals(type) && entity.score() >= minimumScore) {
                            hit |= entity.start() < span.end() && entity.end() > span.start();
                            exact |= entity.start() == span.start() && entity.end() == span.end();
                        }
                    }
                    sum = sum.plus(new Counts(hit ? 1 : 0, exact ? 1 : 0, 0, hit ? 0 : 1));
                }
            }
            for (Entity entity : found) {
                if (entity.type().equals(type) && entity.score() >= minimumScore && !isIn(entity, row.spans())) {
                    sum = sum.plus(new Counts(0, 0, 1, 0));
                }
            }
            counts.put(type, sum);
        }
        return counts;
    }

    private static boolean isIn(Entity entity, List<Entity> spans) {
        return spans.stream()
                .anyMatch(span -> span.type().equals(entity.type())
                        && entity.start() < span.end()
                        && entity.end() > span.start());
    }

    private static Counts sum(List<Counts> list) {
        return list.stream().reduce(new Counts(0, 0, 0, 0), Counts::plus);
    }

    private static String line(String name, Counts sum, List<Counts> list) {
        double[] f1 = new double[RESAMPLES];
        SplittableRandom random = new SplittableRandom(17);
        for (int i = 0; i < RESAMPLES; i++) {
            Counts resample = new Counts(0, 0, 0, 0);
            for (int k = 0; k < list.size(); k++) {
                resample = resample.plus(list.get(random.nextInt(list.size())));
            }
            f1[i] = resample.f1();
        }
        java.util.Arrays.sort(f1);
        int spans = sum.right() + sum.missed();
        return String.format(
                Locale.ROOT,
                "%-40s %5d %5.3f %s %5.3f %s %5.3f (%.2f-%.2f) %5.3f%n",
                name,
                spans,
                sum.precision(),
                interval(sum.right(), sum.right() + sum.wrong()),
                sum.recall(),
                interval(sum.right(), spans),
                sum.f1(),
                f1[RESAMPLES / 40],
                f1[RESAMPLES - 1 - RESAMPLES / 40],
                spans == 0 ? 1 : (double) sum.exact() / spans);
    }

    /** Returns Wilson's interval of 95 %. */
    private static String interval(int right, int all) {
        if (all == 0) {
            return "(   -   )";
        }
        double z = 1.96;
        double share = (double) right / all;
        double center = (share + z * z / (2 * all)) / (1 + z * z / all);
        double half = z * Math.sqrt(share * (1 - share) / all + z * z / (4.0 * all * all)) / (1 + z * z / all);
        return String.format(Locale.ROOT, "(%.3f-%.3f)", Math.max(0, center - half), Math.min(1, center + half));
    }
}
