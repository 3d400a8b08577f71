package io.parley.http.routing;

import io.parley.contract.Problem;
import io.parley.contract.Problem.RejectionReason;
import io.parley.http.server.SlowClientGuards;
import io.parley.json.JsonFields;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Every route there is, and what each of them takes and gives. Whatever is not in the table does not exist; what is there under
 * another method says which methods it has.
 */
public final class RouteTable {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** What parameters are that are no ids, by their names. */
    private static final Map<String, Pattern> PARAMETER_PATTERNS = Map.of(
            "scope",
            Pattern.compile("global|(provider|user|key):[A-Za-z0-9._~@|+=-]{1,128}"),
            "*",
            Pattern.compile(".{1,256}", Pattern.DOTALL));

    private static final String SPEC_PATH = "/openapi.yaml";

    /**
     * One line of the table.
     *
     * @param path as OpenAPI writes it; a {@code {model}} at its end is all the rest, slashes included
     * @param head whether HEAD does the same, and leaves out the body
     */
    public record Entry(HttpMethod method, String path, Handler<RoutingContext> handler, boolean head) {}

    private final BodyReader bodyReader;
    private final SlowClientGuards slowClientGuard;
    private final List<Entry> entries = new ArrayList<>();

    public RouteTable(BodyReader bodyReader, SlowClientGuards slowClientGuard) {
        this.bodyReader = bodyReader;
        this.slowClientGuard = slowClientGuard;
    }

    /** A route without a body; where it can be read, it can be looked at with HEAD. */
    public RouteTable on(HttpMethod method, String path, Function<RoutingContext, Future<RouteResponse>> route) {
        Handler<RoutingContext> handler = ctx -> {
            ctx.request().resume();
            send(ctx, Future.future(promise -> route.apply(ctx).onComplete(promise)));
        };
        entries.add(new Entry(method, path, handler, method.equals(HttpMethod.GET)));
        return this;
    }

    /** A route with a JSON object as its body. */
    public RouteTable on(
            HttpMethod method, String path, BiFunction<RoutingContext, JsonFields, Future<RouteResponse>> route) {
        return raw(
                method,
                path,
                ctx -> send(
                        ctx, body(ctx).compose(body -> route.apply(ctx, StrictJsonReader.request(body.getBytes())))));
    }

    /** A route that answers in its own way. */
    public RouteTable raw(HttpMethod method, String path, Handler<RoutingContext> handler) {
        entries.add(new Entry(method, path, handler, false));
        return this;
    }

    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Returns the path of the entry that serves {@code request}, as OpenAPI writes it. */
    public Optional<String> pattern(HttpServerRequest request) {
        String[] path = segments(String.valueOf(request.path()));
        return entries.stream()
                .filter(entry -> entry.method().equals(request.method()))
                .map(Entry::path)
                .filter(pattern -> fits(segments(pattern), path))
                .findFirst();
    }

    private static boolean fits(String[] pattern, String[] path) {
        boolean fits = pattern.length == path.length;
        for (int at = 0; fits && at < path.length; at++) {
            fits = pattern[at].startsWith("{") || pattern[at].equals(path[at]);
        }
        return fits;
    }

    private static String[] segments(String path) {
        return path.split("/", -1);
    }

    /** The bytes of a JSON body. */
    public Future<Buffer> body(RoutingContext ctx) {
        return bodyReader.read(ctx.request());
    }

    /** Hang the table into {@code router}. */
    public void mount(Router router) {
        Map<String, List<Entry>> byPath =
                entries.stream().collect(Collectors.groupingBy(Entry::path, LinkedHashMap::new, Collectors.toList()));
        byPath.forEach((path, variants) -> {
            String pattern = path.replace("{model}", "*").replace("{", ":").replace("}", "");
            variants.forEach(entry -> methodsOf(entry)
                    .forEach(method -> router.route(method, pattern)
                            .handler(RouteTable::checkParameters)
                            .handler(entry.handler())));
            router.route(pattern).handler(RouteTable::checkParameters).handler(ctx -> notAllowed(ctx, variants));
        });
        boolean documented = byPath.containsKey(SPEC_PATH);
        router.route().handler(ctx -> ctx.fail(unknown(documented).toException()));
    }

    private static List<HttpMethod> methodsOf(Entry entry) {
        return entry.head() ? List.of(entry.method(), HttpMethod.HEAD) : List.of(entry.method());
    }

    private static Problem unknown(boolean documented) {
        return new Problem.Rejected(
                RejectionReason.ROUTE, "there is no such route" + (documented ? ": see " + SPEC_PATH : ""));
    }

    private static void checkParameters(RoutingContext ctx) {
        boolean valid = ctx.pathParams().entrySet().stream()
                .allMatch(parameter -> PARAMETER_PATTERNS
                        .getOrDefault(parameter.getKey(), ID)
                        .matcher(parameter.getValue())
                        .matches());
        if (valid) {
            ctx.next();
        } else {
            ctx.fail(new Problem.NotFound().toException());
        }
    }

    private static void notAllowed(RoutingContext ctx, List<Entry> variants) {
        ctx.response()
                .putHeader(
                        "Allow",
                        variants.stream()
                                .flatMap(entry -> methodsOf(entry).stream())
                                .map(HttpMethod::name)
                                .collect(Collectors.joining(", ")));
        ctx.fail(new Problem.Rejected(RejectionReason.METHOD_NOT_ALLOWED, "the method is not allowed here")
                .toException());
    }

    /** Answer a request with what becomes of {@code answer}. */
    public void send(RoutingContext ctx, Future<RouteResponse> answer) {
        answer.onSuccess(response -> {
                    if (!ctx.response().closed()) {
                        slowClientGuard.watch(ctx.request().connection(), response.send(ctx.response()));
                    }
                })
                .onFailure(ctx::fail);
    }
}
