package io.parley.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One metric as exposed or documented: its name, type and label names. */
record MetricFamily(String name, String type, Set<String> labels) {

    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| (\\w+) \\| [^|]* \\| ([^|]*)\\|.*");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    boolean isProcessMetric() {
        return name.matches("(jvm|process|system)_.*");
    }

    /** Reads the metrics of a Prometheus page. */
    static Set<MetricFamily> parseMetrics(String page) {
        Map<String, String> types = new HashMap<>();
        Map<String, Set<String>> labels = new HashMap<>();
        for (String line : page.lines().toList()) {
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (type.matches()) {
                types.put(type.group(1), type.group(2));
                labels.put(type.group(1), new TreeSet<>());
            } else if (sample.matches() && sample.group(2) != null) {
                String family = types.containsKey(sample.group(1))
                        ? sample.group(1)
                        : sample.group(1).replaceFirst("_(bucket|sum|count)$", "");
                labels.get(family).addAll(names(LABEL, sample.group(2)));
                labels.get(family).remove("le");
            }
        }
        return types.keySet().stream()
                .map(name -> new MetricFamily(name, types.get(name), labels.get(name)))
                .collect(Collectors.toSet());
    }

    /** Reads the metrics from the tables of a document. */
    static Set<MetricFamily> parseDocumentation(String document) {
        return document.lines()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> new MetricFamily(row.group(1), row.group(2), names(NAME, row.group(3))))
                .collect(Collectors.toSet());
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
