package io.parley.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java libraries do exactly what {@code docs/clients.md} says. With {@code -Dclients.write=true} its table is written from the
 * results; read it before you commit it.
 */
@DisplayName("Java client libraries")
class JavaClientsTest {

    private static final boolean WRITE = Boolean.getBoolean("clients.write");

    private static final List<ClientLibrary> LIBRARIES = Stream.concat(
                    Stream.of(new OpenAiJavaChat(), new OpenAiJavaResponses(), new AnthropicJava()),
                    Stream.of(LangChain4jModels.values()).map(LangChain4j::new))
            .toList();

    @Test
    @DisplayName("do with each provider what the documentation says")
    void table(@TempDir Path data) throws Exception {
        List<ClientResult> results = new ArrayList<>();
        try (ClientServers servers = ClientServers.start(data)) {
            for (ClientLibrary library : LIBRARIES) {
                for (ClientTarget target : servers.targets()) {
                    for (ClientFeature feature : ClientFeature.values()) {
                        results.add(ClientResult.of(library, feature, target));
                    }
                }
            }
        }
        ClientTable table = new ClientTable("Java");
        if (WRITE) {
            table.write(results);
        }
        assertThat(table.differences(results)).isEmpty();
    }
}
