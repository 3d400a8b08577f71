package io.parley.http.server;

import io.parley.contract.Problem;
import io.parley.contract.Problem.RejectionReason;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says why a path has no route: the base URL of the client is wrong, the server does not offer the API, or the path is unknown. */
public final class UnknownRoute {

    /** Parts of OpenAI's and Anthropic's APIs that are not offered, by path; and what to use instead. */
    private static final Map<String, String> NOT_OFFERED = notOffered();

    private UnknownRoute() {}

    private static Map<String, String> notOffered() {
        String tools = "use /v1/chat/completions with tools, or /api/v1/conversations for stored conversations";
        Map<String, String> apis = new LinkedHashMap<>();
        apis.put("/v1/files", "files; send documents as parts of a message");
        apis.put("/v1/uploads", "uploads; send documents as parts of a message");
        apis.put("/v1/batches", "batches; send the requests one by one, with \"priority\":\"batch\"");
        apis.put("/v1/messages/batches", "message batches; send the requests one by one");
        apis.put("/v1/audio", "audio (speech, transcriptions, translations)");
        apis.put("/v1/realtime", "realtime audio");
        apis.put("/v1/images", "images (generation, edits, variations)");
        apis.put("/v1/videos", "videos");
        apis.put("/v1/moderations", "moderations");
        apis.put("/v1/fine_tuning", "fine-tuning");
        apis.put("/v1/fine-tunes", "fine-tuning");
        apis.put("/v1/assistants", "assistants; " + tools);
        apis.put("/v1/threads", "threads; " + tools);
        apis.put("/v1/conversations", "OpenAI's conversations; " + tools);
        apis.put("/v1/vector_stores", "vector stores; keep the vectors of /v1/embeddings in a database of your own");
        apis.put("/v1/containers", "containers");
        apis.put("/v1/evals", "evals");
        apis.put("/v1/organization", "the administration of organizations; see /api/v1/admin/keys and /api/v1/usage");
        apis.put("/v1/organizations", "the administration of organizations; see /api/v1/admin/keys and /api/v1/usage");
        apis.put("/v1/rerank", "reranking");
        apis.put("/v1/edits", "edits; use /v1/chat/completions");
        apis.put("/v1/engines", "engines; use /v1/models");
        apis.put("/v1/complete", "Anthropic's text completions; use /v1/messages");
        return Map.copyOf(apis);
    }

    /**
     * The problem of a request whose path has no route.
     *
     * @param reference where the routes are documented, if this server says so
     */
    public static Problem problem(HttpServerRequest request, Optional<String> reference) {
        @Nullable String requested = request.path();
        String path = requested == null ? "" : requested;
        String detail = BaseUrlHint.of(path)
                .map(hint -> hint.detail(request))
                .or(() -> notOffered(path).map(api -> "Parley does not offer " + api))
                .orElseGet(() -> "unknown route"
                        + reference.map(document -> "; see " + document).orElse(""));
        return new Problem.Rejected(RejectionReason.ROUTE, detail);
    }

    private static Optional<String> notOffered(String path) {
        return NOT_OFFERED.entrySet().stream()
                .filter(api -> path.equals(api.getKey()) || path.startsWith(api.getKey() + "/"))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
