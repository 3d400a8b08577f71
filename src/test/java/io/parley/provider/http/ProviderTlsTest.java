package io.parley.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.config.ProviderConfig;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.provider.ProviderTestClient;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.PfxOptions;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A provider with TLS")
class ProviderTlsTest {

    private static final String PASSWORD = "only-for-this-test";

    @TempDir
    private Path keyDir;

    @Test
    @DisplayName("is not called if its certificate is not trusted")
    void unknownIssuer() throws Exception {
        try (FakeProvider provider = startProvider(store("ip:127.0.0.1"));
                ProviderTestClient testClient = new ProviderTestClient(config(provider))) {
            assertThat(testClient.rejection())
                    .isEqualTo(new Problem.ProviderFailed("fake", Fault.UNREACHABLE, Optional.empty()));
            assertThat(provider.exchanges()).isEmpty();
        }
    }

    @Test
    @DisplayName("is called only if its certificate matches the host name")
    void otherHost() throws Exception {
        Path right = store("ip:127.0.0.1");
        Path wrong = store("dns:other.example");
        try (FakeProvider honest = startProvider(right);
                FakeProvider impostor = startProvider(wrong)) {
            assertThat(status(honest, right)).isEqualTo(200);
            assertThatThrownBy(() -> status(impostor, wrong)).hasStackTraceContaining("No subject alternative");
        }
    }

    /** Calls with the provider's options, and with one more trusted issuer. */
    private static int status(FakeProvider provider, Path trusted) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpClient client = vertx.createHttpClient(ProviderClient.options(config(provider))
                    .setTrustOptions(
                            new PfxOptions().setPath(trusted.toString()).setPassword(PASSWORD)));
            return client.request(HttpMethod.POST, "/v1/chat/completions")
                    .compose(request -> request.send())
                    .await(5, TimeUnit.SECONDS)
                    .statusCode();
        } finally {
            vertx.close().await(5, TimeUnit.SECONDS);
        }
    }

    private static ProviderConfig config(FakeProvider provider) {
        ProviderConfig like = provider.config("fake", ProviderWireFormat.OPENAI);
        return new ProviderConfig(
                like.name(),
                like.format(),
                URI.create("https://127.0.0.1:" + provider.port() + "/v1"),
                like.apiKey(),
                like.model(),
                like.version(),
                like.maxTokens(),
                like.maxOutputBytes(),
                like.timeouts());
    }

    private static FakeProvider startProvider(Path store) throws Exception {
        KeyStore keyStore = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keyStore.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keyStore, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return FakeProvider.start(
                context.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress()));
    }

    private Path store(String name) throws Exception {
        Path store = keyDir.resolve(name.replace(':', '-') + ".p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "provider",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=provider",
                        "-ext",
                        "san=" + name,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return store;
    }
}
