package io.parley.gateway.routing;

import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Format;
import io.parley.contract.NativeRequest;
import io.parley.contract.Problem.Violation;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tells models that embed texts from models that chat: by configuration, otherwise by the families of names that providers use. A model that is
 * neither configured nor of a known family may embed; its provider decides.
 */
public final class EmbeddingModels {

    private static final Pattern EMBEDDING = Pattern.compile(
            ".*embed.*|(?:bge|e5|gte|voyage|multilingual-e5|all-minilm|all-mpnet|paraphrase|text-similarity|text-search|uae)[-_:].*|all-minilm");

    private static final Pattern CHAT = Pattern.compile("(?:gpt|chatgpt|claude|gemini|o\\d)(?:[-\\d.].*)?");

    private EmbeddingModels() {}

    /** Why {@code provider} cannot answer {@code request} with {@code model}; nothing if it can, or may be able to. */
    public static List<Violation> unsupported(ProviderConfig provider, String model, NativeRequest request) {
        if (provider.format() == Format.ANTHROPIC) {
            return violation("the provider of this model has no embeddings");
        }
        if (!mayEmbed(provider, model)) {
            return violation("this is a chat model: name a model for embeddings, such as text-embedding-3-small");
        }
        return provider.format() == Format.OPENAI ? List.of() : request.untranslatable();
    }

    /** The route without fallbacks to other models, whose vectors cannot be compared with those of the requested one. */
    public static ProviderRoute sameModel(ProviderRoute route) {
        Set<String> models = route.primary().stream().map(Candidate::model).collect(Collectors.toSet());
        return new ProviderRoute(
                route.primary(),
                route.fallbacks().stream()
                        .filter(candidate -> models.contains(candidate.model()))
                        .toList());
    }

    private static boolean mayEmbed(ProviderConfig provider, String model) {
        String name = model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        if (provider.embeddingModels().contains(model)
                || EMBEDDING.matcher(name).matches()) {
            return true;
        }
        return !provider.serves(model) && !CHAT.matcher(name).matches();
    }

    private static List<Violation> violation(String message) {
        return List.of(new Violation("/model", "unsupported", message));
    }
}
