package io.parley.http.routing;

import io.parley.contract.Problem;
import io.parley.contract.Problem.RejectionReason;
import io.parley.http.server.SlowClientGuards;
import io.parley.http.server.UnknownRoute;
import io.parley.json.JsonFields;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.core.Handler;
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
 * Lists all routes of a server and mounts them on a router. Paths that are not listed get 404; other methods of a listed path get 405
 * with {@code Allow}.
 */
public final class RouteTable {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** Patterns of path parameters that are not ids, by name. */
    private static final Map<String, Pattern> PARAMETER_PATTERNS = Map.of(
            "scope",
            Pattern.compile("global|(provider|user|key):[A-Za-z0-9._~@|+=-]{1,128}"),
            "*",
            Pattern.compile(".{1,256}", Pattern.DOTALL));

    private static final String SPEC_PATH = "/openapi.yaml";

    /**
     * Describes one route.
     *
     * @param path in OpenAPI notation; a final {@code {model}} matches the whole rest of the path, including slashes
     * @param head whether the route also serves HEAD
     */
    public record Entry(HttpMethod method, String path, Handler<RoutingContext> handler, boolean head) {}

    private final BodyReader bodyReader;
    private final SlowClientGuards slowClientGuards;
    private final List<Entry> entries = new ArrayList<>();

    public RouteTable(BodyReader bodyReader, SlowClientGuards slowClientGuards) {
        this.bodyReader = bodyReader;
        this.slowClientGuards = slowClientGuards;
    }

    /** Adds a route without a request body; a GET route serves HEAD, too. */
    public RouteTable on(HttpMethod method, String path, Function<RoutingContext, Future<RouteResponse>> route) {
        Handler<RoutingContext> handler = ctx -> {
            ctx.request().resume();
            send(ctx, Future.future(promise -> route.apply(ctx).onComplete(promise)));
        };
        entries.add(new Entry(method, path, handler, method.equals(HttpMethod.GET)));
        return this;
    }

    /** Adds a route with a JSON object as its request body. */
    public RouteTable on(
            HttpMethod method, String path, BiFunction<RoutingContext, JsonFields, Future<RouteResponse>> route) {
        return raw(
                method,
                path,
                ctx -> send(ctx, body(ctx, StrictJsonReader::request).compose(fields -> route.apply(ctx, fields))));
    }

    /** Adds a route that reads its body and writes its response itself. */
    public RouteTable raw(HttpMethod method, String path, Handler<RoutingContext> handler) {
        entries.add(new Entry(method, path, handler, false));
        return this;
    }

    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Returns the path of the route that serves {@code request}, in OpenAPI notation. */
    public Optional<String> pattern(HttpServerRequest request) {
        String[] path = segments(String.valueOf(request.path()));
        return entries.stream()
                .filter(entry -> entry.method().equals(request.method()))
                .map(Entry::path)
                .filter(pattern -> matches(segments(pattern), path))
                .findFirst();
    }

    private static boolean matches(String[] pattern, String[] path) {
        boolean matches = pattern.length == path.length;
        for (int at = 0; matches && at < path.length; at++) {
            matches = pattern[at].startsWith("{") || pattern[at].equals(path[at]);
        }
        return matches;
    }

    private static String[] segments(String path) {
        return path.split("/", -1);
    }

    /** Returns what {@code parser} makes of the bytes of a JSON body; it may be called outside of the event loop. */
    public <T> Future<T> body(RoutingContext ctx, Function<byte[], T> parser) {
        return bodyReader.read(ctx.request(), parser);
    }

    /** Mounts all routes on {@code router}. */
    public void mount(Router router) {
        Map<String, List<Entry>> byPath =
                entries.stream().collect(Collectors.groupingBy(Entry::path, LinkedHashMap::new, Collectors.toList()));
        byPath.forEach((path, variants) -> {
            String pattern = path.replace("{model}", "*").replace("{", ":").replace("}", "");
            variants.forEach(entry -> methodsOf(entry)
                    .forEach(method -> router.route(method, pattern)
                            .handler(RouteTable::checkParameters)
                            .handler(entry.handler())));
            router.route(pattern).handler(RouteTable::checkParameters).handler(ctx -> methodNotAllowed(ctx, variants));
        });
        Optional<String> reference = Optional.of(SPEC_PATH).filter(byPath::containsKey);
        router.route()
                .handler(ctx ->
                        ctx.fail(UnknownRoute.problem(ctx.request(), reference).toException()));
    }

    private static List<HttpMethod> methodsOf(Entry entry) {
        return entry.head() ? List.of(entry.method(), HttpMethod.HEAD) : List.of(entry.method());
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

    private static void methodNotAllowed(RoutingContext ctx, List<Entry> variants) {
        ctx.response()
                .putHeader(
                        "Allow",
                        variants.stream()
                                .flatMap(entry -> methodsOf(entry).stream())
                                .map(HttpMethod::name)
                                .collect(Collectors.joining(", ")));
        ctx.fail(new Problem.Rejected(
                        RejectionReason.METHOD_NOT_ALLOWED,
                        "the method is not allowed for this path; see the Allow header")
                .toException());
    }

    /** Responds with the result of {@code response}. */
    public void send(RoutingContext ctx, Future<RouteResponse> response) {
        response.onSuccess(result -> {
                    if (!ctx.response().closed()) {
                        slowClientGuards.watch(ctx.request().connection(), result.send(ctx.response()));
                    }
                })
                .onFailure(ctx::fail);
    }
}
