package io.parley.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.parley.testing.AsyncApiGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncApiTest {

    private static final Path FILE = Path.of("src/main/resources/asyncapi.yaml");

    @Test
    @DisplayName("every address of the bus is in the document, with its messages and their fields")
    void bus() throws Exception {
        String text = Files.readString(FILE);
        AsyncApiGenerator bus = new AsyncApiGenerator();
        String expected = text;
        for (Map.Entry<String, String> part : Map.of(
                        "channels", bus.channels(),
                        "operations", bus.operations(),
                        "messages", bus.messages(),
                        "schemas", bus.schemas())
                .entrySet()) {
            expected = with(expected, part.getKey(), part.getValue());
        }
        if (Boolean.getBoolean("asyncapi.write")) {
            Files.writeString(FILE, expected);
        } else {
            assertThat(text).as("write it again with -Dasyncapi.write=true").isEqualTo(expected);
        }
    }

    @Test
    @DisplayName("every message of a client is in the document")
    void clientMessages() throws Exception {
        List<String> named = names("client.");
        assertThat(Stream.of(SocketMessage.class.getPermittedSubclasses())
                        .map(each -> each.getSimpleName().toLowerCase(Locale.ROOT)))
                .containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    @DisplayName("every message of the server is in the document")
    void serverMessages() throws Exception {
        assertThat(names("server."))
                .contains(
                        "opened",
                        "token",
                        "reset",
                        "metadata",
                        "turn_complete",
                        "done",
                        "cancelled",
                        "error",
                        "ack",
                        "pong",
                        "run_started",
                        "turn_started",
                        "turn_reset",
                        "flows_extracted",
                        "usage",
                        "bot_updated",
                        "injected",
                        "paused",
                        "resumed",
                        "run_complete");
    }

    @Test
    @DisplayName("every reference has a target")
    void references() throws Exception {
        JsonNode document = document();
        List<String> dangling = new ArrayList<>();
        for (JsonNode reference : document.findValues("$ref")) {
            if (document.at(reference.asText().substring(1)).isMissingNode()) {
                dangling.add(reference.asText());
            }
        }
        assertThat(dangling).isEmpty();
    }

    private static List<String> names(String prefix) throws Exception {
        List<String> names = new ArrayList<>();
        document().at("/channels/socket/messages").fieldNames().forEachRemaining(name -> {
            if (name.startsWith(prefix)) {
                names.add(name.substring(prefix.length()));
            }
        });
        return names;
    }

    private static JsonNode document() throws Exception {
        return new ObjectMapper(new YAMLFactory()).readTree(FILE.toFile());
    }

    private static String with(String text, String part, String content) {
        String begin = "# >>> " + part + "\n";
        int from = text.indexOf(begin) + begin.length();
        return text.substring(0, from) + content + text.substring(text.indexOf("# <<<", from));
    }
}
