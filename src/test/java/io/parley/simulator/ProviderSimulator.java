package io.parley.simulator;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The simulated APIs of OpenAI, Anthropic and Ollama on one loopback port. */
public final class ProviderSimulator implements AutoCloseable {

    /** The models that clients request, by the name of their provider. */
    public static final Map<String, String> MODELS =
            Map.of("openai", "gpt-5-mini", "anthropic", "claude-sonnet-5-5", "ollama", "qwen3");

    /** The embedding models, by the name of their provider; Anthropic has none. */
    public static final Map<String, String> EMBEDDING_MODELS =
            Map.of("openai", "text-embedding-3-small", "ollama", "nomic-embed-text");

    private final HttpServer server;
    private final ExecutorService threads;

    private ProviderSimulator(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** Starts on a free port. */
    public static ProviderSimulator start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        SimulatedModel model = new SimulatedModel();
        add(server, "/openai/v1/chat/completions", new OpenAiChatApi(model));
        add(server, "/openai/v1/responses", new OpenAiResponsesApi(model));
        add(server, "/openai/v1/embeddings", new OpenAiEmbeddingsApi());
        add(
                server,
                "/openai/v1/models",
                exchange -> exchange.json(200, OpenAiConventions.models(MODELS.get("openai"))));
        add(server, "/anthropic/v1/messages", new AnthropicMessagesApi(model));
        add(server, "/anthropic/v1/models", exchange -> exchange.json(200, AnthropicConventions.models()));
        add(server, "/ollama/api", new OllamaApi(model));
        server.start();
        return new ProviderSimulator(server, threads);
    }

    private static void add(HttpServer server, String path, SimulatedApi api) {
        server.createContext(path, http -> {
            try (ApiExchange exchange = new ApiExchange(http)) {
                api.handle(exchange);
            }
        });
    }

    /** Returns the settings with which a Parley uses one of the APIs: "openai", "anthropic" or "ollama". */
    public Map<String, String> settings(String provider) {
        String at = "providers." + provider;
        Map<String, String> all = new HashMap<>(Map.of(
                at + ".format",
                provider,
                at + ".base-url",
                url(provider),
                at + ".api-key",
                Credentials.KEY,
                at + ".model",
                MODELS.get(provider),
                "gateway.provider",
                provider));
        if (EMBEDDING_MODELS.containsKey(provider)) {
            all.put(at + ".models", EMBEDDING_MODELS.get(provider));
        }
        return all;
    }

    private String url(String provider) {
        String root = "http://127.0.0.1:" + server.getAddress().getPort() + "/" + provider;
        return provider.equals("openai") ? root + "/v1" : root;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
