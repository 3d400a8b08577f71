package io.parley.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.reader.ConfigReader;
import io.parley.testing.HttpTestClient;
import io.parley.testing.SseTestClient;
import io.parley.testing.TestApp;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentExamplesTest {

    private static final Pattern SETTING = Pattern.compile(
            "`((?:http|management|auth|store|conversation|journal|gateway|usage|demo|export|tracing|log)\\.[a-z.-]+)`");
    private static final Pattern RUN_ID = Pattern.compile("run_[0-9a-f-]+");

    @TempDir
    private Path data;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "docs/chat.md",
                "docs/agents.md",
                "docs/gateway.md",
                "docs/accounting.md",
                "docs/operations.md",
                "docs/export.md"
            })
    @DisplayName("the server accepts every curl example of a page")
    void examples(String page) throws Exception {
        List<CurlExample> examples = CurlExample.in(Files.readString(Path.of(page)));
        assertThat(examples).isNotEmpty();
        try (TestApp app = TestApp.start(data, Map.of("http.drain", "100ms"))) {
            String run = start(app.http());
            for (CurlExample example : examples) {
                run = call(app.http(), example.with(run), run);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "docs/chat.md",
                "docs/agents.md",
                "docs/gateway.md",
                "docs/accounting.md",
                "docs/operations.md",
                "docs/configuration.md",
                "docs/export.md"
            })
    @DisplayName("a page names only settings that exist")
    void settings(String page) throws Exception {
        Set<String> known = ConfigReader.defaults().keySet();
        List<String> named = SETTING.matcher(Files.readString(Path.of(page)))
                .results()
                .map(setting -> setting.group(1))
                .filter(setting -> !setting.equals("gateway.models")) // has no default
                .toList();
        assertThat(named)
                .allSatisfy(setting ->
                        assertThat(known).anyMatch(path -> path.equals(setting) || path.startsWith(setting + ".")));
    }

    /** Returns the id of a chat that has ended. */
    private static String start(HttpTestClient http) throws Exception {
        HttpResponse<String> chat = http.post(
                "/api/v1/conversations/stream",
                "{\"context_id\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}");
        return chat.headers().firstValue("X-Run-Id").orElseThrow();
    }

    /** Returns the run that the example started, or {@code run}. */
    private static String call(HttpTestClient http, CurlExample example, String run) throws Exception {
        if (example.startsRun()) {
            HttpResponse<String> response = http.send(example.method(), example.path(), example.body());
            assertThat(response.statusCode())
                    .as(example + ": " + response.body())
                    .isBetween(200, 201);
            return response.headers()
                    .firstValue("X-Run-Id")
                    .orElseGet(() -> RUN_ID.matcher(response.body())
                            .results()
                            .map(MatchResult::group)
                            .findFirst()
                            .orElse(run));
        }
        try (SseTestClient response = http.stream(example.method(), example.path(), example.body())) {
            if (response.status() != 409
                    && !example.path().endsWith("/fork")) { // the run may have ended, or have no turn yet
                assertThat(response.status()).as(example.toString()).isBetween(200, 204);
            }
        }
        return run;
    }

    /** One curl call in a document: method, path and JSON body. */
    private record CurlExample(String method, String path, String body) {

        private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
        private static final Pattern COMMAND = Pattern.compile("(?m)^curl (?:'[^']*'|\"[^\"]*\"|\\\\\n|[^'\"\n])*");
        private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|([^\\s\\\\]+)");
        private static final String SERVER = "http://127.0.0.1:8080";

        /** Returns all calls that are complete. */
        static List<CurlExample> in(String page) {
            return BLOCK.matcher(page)
                    .results()
                    .flatMap(block -> COMMAND.matcher(block.group(1)).results())
                    .map(MatchResult::group)
                    .filter(command -> !command.contains("…") && !command.contains("@"))
                    .map(CurlExample::parse)
                    .toList();
        }

        private static CurlExample parse(String command) {
            List<String> words = new ArrayList<>();
            for (MatchResult word : WORD.matcher(command).results().toList()) {
                if (word.group().startsWith("#")) {
                    break;
                }
                words.add(word.group().replaceAll("^['\"]|['\"]$", ""));
            }
            String body = after(words, "-d", "");
            String url = words.stream()
                    .filter(word -> word.startsWith(SERVER))
                    .findFirst()
                    .orElseThrow();
            return new CurlExample(
                    after(words, "-X", body.isEmpty() ? "GET" : "POST"), url.substring(SERVER.length()), body);
        }

        private static String after(List<String> words, String option, String defaultValue) {
            int index = words.indexOf(option);
            return index < 0 ? defaultValue : words.get(index + 1);
        }

        CurlExample with(String run) {
            return new CurlExample(method, path.replace("$RUN", run), body);
        }

        boolean startsRun() {
            String route = URI.create(path).getPath();
            return method.equals("POST")
                    && Set.of("/api/run", "/api/v1/conversations/stream").contains(route);
        }
    }
}
