package io.parley.demo;

import io.parley.config.DemoConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Serves OpenAI's chat completions and embeddings on a free loopback port, so that Parley can be tried without a key. The gateway calls it like
 * any other provider and does not know that it runs in the same process.
 */
public final class DemoProvider extends VerticleBase {

    static final String MODEL = "demo";

    private final DemoConfig config;
    private long answerCount;

    @SuppressWarnings("NullAway.Init") // set by start
    private HttpServer server;

    public DemoProvider(DemoConfig config) {
        this.config = config;
    }

    @Override
    public Future<?> start() {
        server = vertx.createHttpServer(
                new HttpServerOptions().setHost("127.0.0.1").setPort(0));
        return server.requestHandler(this::route).listen();
    }

    @Override
    public Future<?> stop() {
        return server.close();
    }

    /** The port that it listens on, after its deployment. */
    public int port() {
        return server.actualPort();
    }

    private void route(HttpServerRequest request) {
        switch (request.method().name() + " " + request.path()) {
            case "POST /v1/chat/completions" -> request.body().onSuccess(body -> complete(request.response(), body));
            case "POST /v1/embeddings" -> request.body().onSuccess(body -> embed(request.response(), body));
            case "GET /v1/models" -> json(request.response(), models());
            default -> reject(request.response(), 404, new InvalidRequest("", "unknown path"));
        }
    }

    private void complete(HttpServerResponse response, Buffer body) {
        String number = Long.toString(++answerCount);
        try {
            CompletionRequest request = CompletionRequest.parse(new JsonObject(body));
            DemoAnswer answer = request.answer("call_demo_" + number);
            Completion completion = new Completion(vertx, response, "chatcmpl-demo-" + number, request, answer);
            boolean parsed = request.format().json() || answer.callsTool(); // by a program, which does not watch it
            int speed = parsed ? 0 : config.tokensPerSecond();
            if (request.stream()) {
                completion.sendStream(speed);
            } else {
                completion.sendWhole(speed);
            }
        } catch (DecodeException e) {
            reject(response, 400, new InvalidRequest("", "the body must be a JSON object"));
        } catch (InvalidRequest e) {
            reject(response, 400, e);
        }
    }

    private static void embed(HttpServerResponse response, Buffer body) {
        try {
            json(response, EmbeddingResponse.of(new JsonObject(body)));
        } catch (DecodeException e) {
            reject(response, 400, new InvalidRequest("", "the body must be a JSON object"));
        } catch (InvalidRequest e) {
            reject(response, 400, e);
        }
    }

    private static JsonObject models() {
        JsonArray models = new JsonArray().add(model(MODEL)).add(model(DemoConfig.EMBEDDING_MODEL));
        return new JsonObject().put("object", "list").put("data", models);
    }

    private static JsonObject model(String id) {
        return new JsonObject()
                .put("id", id)
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", "parley");
    }

    private static void reject(HttpServerResponse response, int status, InvalidRequest problem) {
        JsonObject error = new JsonObject()
                .put("message", problem.detail())
                .put("type", "invalid_request_error")
                .put("param", problem.param().orElse(null))
                .put("code", problem.param().map(_ -> "unsupported_parameter").orElse(null));
        json(response.setStatusCode(status), new JsonObject().put("error", error));
    }

    private static void json(HttpServerResponse response, JsonObject body) {
        response.putHeader("content-type", "application/json").end(body.toBuffer());
    }
}
