package io.parley.gateway.routing;

import io.parley.config.BuiltInProfiles;
import io.parley.config.ProviderConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Recognizes models whose family says which provider has them, by their names alone. */
final class ModelFamilies {

    private static final List<Family> FAMILIES = List.of(
            new Family("claude-.*", List.of(BuiltInProfiles.ANTHROPIC)),
            new Family(
                    "(gpt-|chatgpt-|o\\d(-|$)|text-embedding-).*",
                    List.of(BuiltInProfiles.OPENAI, BuiltInProfiles.AZURE_OPENAI)),
            new Family("gemini-.*", List.of("gemini")),
            new Family("(mistral|ministral|magistral|codestral|devstral|pixtral)-.*", List.of("mistral")),
            new Family("deepseek-.*", List.of("deepseek")),
            new Family("grok-.*", List.of("xai", "grok")),
            new Family("(llama|qwen|gemma|phi).*", List.of(BuiltInProfiles.OLLAMA, "groq", "llama.cpp")));

    private ModelFamilies() {}

    /** The first of {@code providers} that is known for the family of {@code model}; empty if no provider is. */
    static Optional<ProviderConfig> provider(String model, List<ProviderConfig> providers) {
        String name = model.toLowerCase(Locale.ROOT);
        return FAMILIES.stream()
                .filter(family -> family.names().matcher(name).matches())
                .flatMap(family -> family.owners().stream())
                .flatMap(owner -> providers.stream().filter(provider -> isOwner(provider, owner)))
                .findFirst();
    }

    private static boolean isOwner(ProviderConfig provider, String owner) {
        return provider.profile().name().equals(owner) || provider.name().equals(owner);
    }

    /**
     * A family of models.
     *
     * @param names matches the names of its models
     * @param owners the profiles or names of the providers that have them, best first
     */
    private record Family(Pattern names, List<String> owners) {
        private Family(String names, List<String> owners) {
            this(Pattern.compile(names), owners);
        }
    }
}
