package io.parley.config.reader;

import io.parley.config.AppConfig;
import io.parley.config.ConfigErrors;
import io.parley.config.DemoConfig;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Format;
import io.parley.config.ProviderDefaults;
import io.parley.config.ProviderProfile;
import io.parley.config.Secret;
import io.parley.config.SettingNames;
import io.parley.contract.WireName;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the providers: three presets, and those that the file adds under {@code providers}. */
final class ProviderSettings {

    private static final String ANTHROPIC_VERSION = "2026-10-21";

    private static final List<Preset> PRESETS = List.of(
            new Preset("openai", Format.OPENAI, "https://api.openai.com/v1", "gpt-5-mini", "OPENAI_API_KEY"),
            new Preset(
                    "anthropic",
                    Format.ANTHROPIC,
                    "https://api.anthropic.com",
                    "claude-haiku-5-5",
                    "ANTHROPIC_API_KEY"),
            new Preset("ollama", Format.OLLAMA, "", "llama3.2", "OLLAMA_BASE_URL"));

    private final SettingsReader settings;
    private final ConfigErrors errors;
    private final Optional<ProviderDefaults> defaults;
    private final ProxySettings proxies;
    private final List<ProviderConfig> usable = new ArrayList<>();
    private final List<String> configuredNames = new ArrayList<>();

    ProviderSettings(SettingsReader settings, ConfigErrors errors, Optional<ProviderDefaults> defaults) {
        this.settings = settings;
        this.errors = errors;
        this.defaults = defaults;
        this.proxies = new ProxySettings(settings);
        PRESETS.forEach(this::read);
        settings.names("providers").filter(name -> preset(name).isEmpty()).forEach(this::readOther);
    }

    /** The providers that can be called: they have a key or need none. */
    List<ProviderConfig> usable() {
        return List.copyOf(usable);
    }

    /** The names of all providers in the configuration, whether they can be called or not. */
    List<String> names() {
        return Stream.concat(PRESETS.stream().map(Preset::name), settings.names("providers"))
                .distinct()
                .toList();
    }

    /**
     * The default provider: the requested one, else the first with a key, else the first that needs none, else the demo provider.
     */
    String defaultProvider(Optional<String> requested, boolean demo) {
        List<String> candidates = demo
                ? Stream.concat(configuredNames.stream(), Stream.of(DemoConfig.NAME))
                        .toList()
                : List.copyOf(configuredNames);
        if (requested.isPresent()) {
            String name = requested.get();
            preset(name)
                    .filter(_ -> !configuredNames.contains(name))
                    .ifPresentOrElse(
                            provider -> errors.add(SettingNames.describe("gateway.provider") + " is " + name + ", but "
                                    + provider.requiredVariable() + " is not set: set it, or choose another provider"),
                            () -> AppConfig.checkProviderIsKnown(errors, name, candidates));
            return name;
        }
        if (candidates.isEmpty()) {
            errors.add("No provider is configured: set OPENAI_API_KEY, ANTHROPIC_API_KEY or OLLAMA_BASE_URL, or leave"
                    + " demo.enabled at true");
        }
        return usable.stream()
                .min(Comparator.comparing(provider -> provider.apiKey().isEmpty()))
                .map(ProviderConfig::name)
                .orElse(DemoConfig.NAME);
    }

    private void read(Preset preset) {
        String path = "providers." + preset.name();
        boolean needsKey = preset.format() != Format.OLLAMA;
        boolean enabled =
                settings.text(path + (needsKey ? ".api-key" : ".base-url")).isPresent();
        read(preset, path, enabled);
    }

    private void readOther(String name) {
        if (name.equals(DemoConfig.NAME)) {
            errors.add("providers.demo is the name of the built-in provider: choose another name");
        }
        String path = "providers." + name;
        read(new Preset(name, Format.OPENAI, "", "", ""), path, true);
        errors.checkSetting(settings.text(path + ".base-url").isPresent(), path + ".base-url", "is missing");
        errors.checkSetting(settings.text(path + ".model").isPresent(), path + ".model", "is missing");
    }

    private void read(Preset preset, String path, boolean enabled) {
        Format format = settings.choice(path + ".format", WireName.of(preset.format()), Format.class);
        Optional<URI> baseUrl = settings.address(path + ".base-url", preset.baseUrl());
        Optional<Secret> key = settings.secret(path + ".api-key");
        String model = settings.text(path + ".model", preset.model());
        Optional<String> version = format == Format.ANTHROPIC
                ? Optional.of(settings.text(path + ".version", ANTHROPIC_VERSION))
                : Optional.empty();
        List<String> models = settings.list(path + ".models");
        int weight = settings.number(path + ".weight", 1);
        List<String> embeddingModels = settings.list(path + ".embedding-models");
        ProviderProfile profile = new ProfileSettings(settings, errors, path).read(format, baseUrl, preset.name());
        Optional<String> proxy = proxies.ofProvider(path);
        if (enabled) {
            configuredNames.add(preset.name());
            baseUrl.flatMap(uri -> defaults.flatMap(shared -> errors.tryCreate(() -> new ProviderConfig(
                            preset.name(),
                            format,
                            uri,
                            key,
                            model,
                            version,
                            shared.maxTokens(),
                            shared.maxOutputBytes(),
                            shared.timeouts(),
                            models,
                            weight,
                            embeddingModels,
                            profile))))
                    .map(config -> config.withProfile(profile.withProxy(proxies.proxy(config, proxy))))
                    .ifPresent(usable::add);
        }
    }

    private static Optional<Preset> preset(String name) {
        return PRESETS.stream().filter(provider -> provider.name().equals(name)).findFirst();
    }

    /** A provider that needs only {@code requiredVariable} to be usable. */
    private record Preset(String name, Format format, String baseUrl, String model, String requiredVariable) {}
}
