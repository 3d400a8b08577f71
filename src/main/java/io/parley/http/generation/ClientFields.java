package io.parley.http.generation;

import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.NativeRequest;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Invalid;
import io.parley.contract.Problem.ProviderFailed;
import io.parley.contract.Problem.Rejection;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.json.JsonFields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fields of a client's request, by the names that they have inside the server. Errors of a translated request thereby name what the
 * client has sent.
 *
 * @param pointers JSON pointers into the client's body, by those into a prompt; a field that has the same pointer in both may be missing
 */
public record ClientFields(Map<String, String> pointers) {

    /** The client's format has the same fields as a prompt. */
    public static final ClientFields SAME = new ClientFields(Map.of());

    /** The messages of a prompt. */
    public static final String MESSAGES = "/messages";

    private static final Pattern HEAD = Pattern.compile("[A-Za-z0-9_]+");

    public ClientFields {
        pointers = Map.copyOf(pointers);
    }

    /**
     * The fields of a request.
     *
     * @param fields know where the parts of the prompt were read
     * @param options pointers to options, and to the messages as a whole if they are called otherwise
     * @param elsewhere pointer for parts that are not in the body itself
     */
    public static ClientFields of(JsonFields fields, Prompt prompt, Map<String, String> options, String elsewhere) {
        Map<String, String> pointers = new HashMap<>(options);
        List<ChatMessage> messages = prompt.messages();
        for (int i = 0; i < messages.size(); i++) {
            List<ContentPart> parts = messages.get(i).parts();
            for (int j = 0; j < parts.size(); j++) {
                pointers.put(
                        MESSAGES + "/" + i + "/content/" + j,
                        fields.placeOf(parts.get(j)).orElse(elsewhere));
            }
            List<Tools.Call> calls = messages.get(i).toolCalls();
            for (int j = 0; j < calls.size(); j++) {
                pointers.put(
                        MESSAGES + "/" + i + "/tool_calls/" + j,
                        fields.placeOf(calls.get(j))
                                .map(place -> place + "/arguments")
                                .orElse(elsewhere));
            }
        }
        return new ClientFields(pointers);
    }

    /** The problem with the client's own names, if it is about fields of the prompt. */
    Problem named(Problem problem, Optional<NativeRequest> request) {
        boolean ownNames = request.filter(passed -> !passed.untranslatable().isEmpty())
                .isPresent(); // what cannot be translated was found in the client's body
        return switch (problem) {
            case Invalid invalid
            when !ownNames -> invalid.withPointers(pointer -> pointers.getOrDefault(pointer, pointer));
            case ProviderFailed failed ->
                new ProviderFailed(
                        failed.provider(),
                        failed.fault(),
                        failed.retryAfter(),
                        new Rejection(
                                failed.rejected().param().map(this::named),
                                failed.rejected().code()));
            default -> problem;
        };
    }

    /** The client's name of a parameter such as {@code messages.0.content}; the position of a message may differ. */
    private String named(String param) {
        Matcher head = HEAD.matcher(param);
        if (!head.lookingAt()) {
            return param;
        }
        String pointer = pointers.get("/" + head.group());
        if (pointer == null) {
            return param;
        }
        String rest = pointer.equals("/input") ? "" : param.substring(head.end());
        return pointer.substring(1).replace('/', '.') + rest;
    }
}
