package io.parley.config.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.config.AppConfig;
import io.parley.config.ConfigErrors;
import io.parley.config.ConfigException;
import io.parley.config.LogConfig;
import io.parley.config.SettingNames;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class ConfigFilesTest {

    private Vertx vertx;

    @TempDir
    private Path directory;

    @BeforeEach
    void open(Vertx vertx) {
        this.vertx = vertx;
    }

    @Test
    @DisplayName("conf/parley.yaml lists every setting with the default value of the code")
    void shippedFile() throws Exception {
        Map<String, String> shipped = new ConfigFiles(vertx, new ConfigErrors())
                .read(Path.of("conf"), Optional.empty())
                .await(5, TimeUnit.SECONDS);
        assertThat(shipped).containsExactlyInAnyOrderEntriesOf(ConfigReader.defaults());
    }

    @Test
    @DisplayName("every documented short variable name belongs to a setting")
    void shortNames() {
        assertThat(ConfigReader.defaults().keySet()).containsAll(SettingNames.SHORT_NAMES.keySet());
    }

    @Test
    @DisplayName("conf/parley.yaml and the README name every documented variable")
    void documented() throws Exception {
        assertThat(SettingNames.SHORT_NAMES.values()).allSatisfy(name -> {
            assertThat(Files.readString(Path.of("conf/parley.yaml"))).contains("[" + name + "]");
            assertThat(Files.readString(Path.of("README.md"))).contains("`" + name + "`");
        });
    }

    @Test
    @DisplayName("the file of an environment overrides the base file, and variables override both")
    void layers() throws Exception {
        write("parley.yaml", "http: {port: 1, heartbeat: 1s}\nauth: {dev-mode: true}\njournal:\n  lease: 3s");
        write("parley-prod.yaml", "http:\n  port: 2\n  heartbeat: 2s\n  allowed-origins: ['http://a', 'http://b']");
        AppConfig config = read(Map.of("PARLEY_ENV", "prod", "PORT", "3"));
        assertThat(config.http().port()).isEqualTo(3);
        assertThat(config.http().heartbeatInterval()).hasSeconds(2);
        assertThat(config.http().allowedOrigins()).containsExactly("http://a", "http://b");
        assertThat(config.journal().leaseDuration()).hasSeconds(3);
    }

    @Test
    @DisplayName("a directory without files means defaults")
    void noFiles() throws Exception {
        assertThat(read(Map.of("DEV_MODE", "true")).http().port()).isEqualTo(8080);
    }

    @Test
    @DisplayName("an environment without a file prevents the start")
    void environmentWithoutFile() {
        assertThat(errors(Map.of("DEV_MODE", "true", "PARLEY_ENV", "staging")))
                .singleElement()
                .asString()
                .startsWith("PARLEY_ENV requires ");
        assertThat(errors(Map.of("DEV_MODE", "true", "PARLEY_ENV", "../../etc/passwd")))
                .hasSize(1);
    }

    @Test
    @DisplayName("unknown keys are reported with the known keys of that section")
    void unknownKeys() throws Exception {
        write("parley.yaml", "auth: {dev-mode: true}\nmanagement: {prot: 1}\nnonsense: 1\nhttp: 8080\njournal:");
        assertThat(errors(Map.of()))
                .hasSize(3)
                .contains(
                        "management.prot is not a setting: correct or remove it; known settings under management: host,"
                                + " port")
                .anySatisfy(mistake -> assertThat(mistake)
                        .startsWith("nonsense is not a setting: correct or remove it; known settings: auth, "))
                .anySatisfy(mistake -> assertThat(mistake).startsWith("http is not a setting: "));
    }

    @Test
    @DisplayName("a YAML syntax error is reported by its position, never with its content")
    void syntaxError() throws Exception {
        write("parley.yaml", "auth:\n  dev-mode: true\n  key: \"sk-canary\n");
        assertThat(errors(Map.of("DEV_MODE", "true")))
                .singleElement()
                .asString()
                .matches(
                        "parley.yaml is not a YAML map with unique keys and without aliases \\(line \\d+, column \\d+\\): .*")
                .doesNotContain("canary");
    }

    @Test
    @DisplayName("a duplicate key is reported by its position")
    void duplicateKey() throws Exception {
        write("parley.yaml", "auth: {dev-mode: true}\nhttp:\n  port: 1\n  host: 127.0.0.1\n  port: 2\n");
        assertThat(errors(Map.of()))
                .anySatisfy(mistake -> assertThat(mistake)
                        .startsWith(
                                "parley.yaml is not a YAML map with unique keys and without aliases (line 5, column "));
    }

    @Test
    @DisplayName("a YAML alias is reported by its position and not read as a string")
    void alias() throws Exception {
        write("parley.yaml", "auth: {dev-mode: true}\ngateway: {model: &model canary}\nhttp:\n  host: *model\n");
        assertThat(errors(Map.of("DEV_MODE", "true")))
                .singleElement()
                .asString()
                .startsWith("parley.yaml is not a YAML map with unique keys and without aliases (line 4, column ");
    }

    @Test
    @DisplayName("yes and no are read as true and false, and numbers as written")
    void scalars() throws Exception {
        write("parley.yaml", "auth: {dev-mode: yes}\nhttp: {port: 0, host: 127.0.0.1}\ntracing:\n");
        assertThat(read(Map.of()).http().port()).isZero();
    }

    @Test
    @DisplayName("a file that holds a list, or only comments, is rejected")
    void notAMap() throws Exception {
        write("parley.yaml", "- a\n- b\n");
        assertThat(errors(Map.of("DEV_MODE", "true")))
                .singleElement()
                .asString()
                .startsWith("parley.yaml is not");
        write("parley.yaml", "# nothing yet\n");
        assertThat(errors(Map.of("DEV_MODE", "true")))
                .singleElement()
                .asString()
                .startsWith("parley.yaml is not");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private AppConfig read(Map<String, String> variables) throws Exception {
        return new ConfigReader(variables, LogConfig.Format.JSON, false)
                .read(vertx, directory)
                .await(5, TimeUnit.SECONDS);
    }

    private List<String> errors(Map<String, String> variables) {
        return catchThrowableOfType(ConfigException.class, () -> read(variables))
                .errors();
    }
}
