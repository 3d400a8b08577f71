package io.parley.config;

import io.parley.config.ProviderConfig.Format;
import io.parley.contract.WireName;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the vendors: three that are known by name, and whatever else the file lists under {@code providers}. */
final class ProviderSettings {

    private static final String ANTHROPIC_VERSION = "2026-10-21";

    private static final List<Preset> KNOWN = List.of(
            new Preset("openai", Format.OPENAI, "https://api.openai.com/v1", "gpt-5-mini", "OPENAI_API_KEY"),
            new Preset(
                    "anthropic",
                    Format.ANTHROPIC,
                    "https://api.anthropic.com",
                    "claude-haiku-5-5",
                    "ANTHROPIC_API_KEY"),
            new Preset("ollama", Format.OLLAMA, "", "llama3.2", "OLLAMA_BASE_URL"));

    private final SettingsReader in;
    private final ConfigErrors mistakes;
    private final Optional<ProviderDefaults> common;
    private final List<ProviderConfig> usable = new ArrayList<>();
    private final List<String> named = new ArrayList<>();

    ProviderSettings(SettingsReader in, ConfigErrors mistakes, Optional<ProviderDefaults> common) {
        this.in = in;
        this.mistakes = mistakes;
        this.common = common;
        KNOWN.forEach(this::read);
        in.names("providers").filter(name -> known(name).isEmpty()).forEach(this::readOther);
    }

    /** Those that can be called: they have a key, or need none. */
    List<ProviderConfig> usable() {
        return List.copyOf(usable);
    }

    /** The names of all that the configuration speaks of, whether they can be called or not. */
    List<String> all() {
        return Stream.concat(KNOWN.stream().map(Preset::name), in.names("providers"))
                .distinct()
                .toList();
    }

    /** The one that answers when nobody says: as wished, or the first with a key, or the first at all, or the built-in one. */
    String chosen(Optional<String> wish, boolean demo) {
        List<String> choices =
                demo ? Stream.concat(named.stream(), Stream.of(DemoConfig.NAME)).toList() : List.copyOf(named);
        if (wish.isPresent()) {
            String name = wish.get();
            known(name)
                    .filter(_ -> !named.contains(name))
                    .ifPresentOrElse(
                            vendor -> mistakes.add(SettingNames.of("gateway.provider") + " is " + name + ", but "
                                    + vendor.needs() + " is not set: set it, or choose another vendor"),
                            () -> AppConfig.providerIsKnown(mistakes, name, choices));
            return name;
        }
        if (choices.isEmpty()) {
            mistakes.add("No vendor could answer: set OPENAI_API_KEY, ANTHROPIC_API_KEY or OLLAMA_BASE_URL, or leave"
                    + " demo.enabled at true");
        }
        return usable.stream()
                .min(Comparator.comparing(vendor -> vendor.apiKey().isEmpty()))
                .map(ProviderConfig::name)
                .orElse(DemoConfig.NAME);
    }

    private void read(Preset known) {
        String path = "providers." + known.name();
        boolean needsKey = known.format() != Format.OLLAMA;
        boolean wanted = in.text(path + (needsKey ? ".api-key" : ".base-url")).isPresent();
        read(known, path, wanted);
    }

    private void readOther(String name) {
        if (name.equals(DemoConfig.NAME)) {
            mistakes.add("providers.demo is the name of the built-in vendor: choose another one");
        }
        String path = "providers." + name;
        read(new Preset(name, Format.OPENAI, "", "", ""), path, true);
        mistakes.unless(in.text(path + ".base-url").isPresent(), path + ".base-url", "is missing");
        mistakes.unless(in.text(path + ".model").isPresent(), path + ".model", "is missing");
    }

    private void read(Preset known, String path, boolean wanted) {
        Format format = in.choice(path + ".format", WireName.of(known.format()), Format.class);
        Optional<URI> baseUrl = in.address(path + ".base-url", known.baseUrl());
        Optional<Secret> key = in.secret(path + ".api-key");
        String model = in.text(path + ".model", known.model());
        Optional<String> version = format == Format.ANTHROPIC
                ? Optional.of(in.text(path + ".version", ANTHROPIC_VERSION))
                : Optional.empty();
        List<String> models = in.list(path + ".models");
        int weight = in.number(path + ".weight", 1);
        if (wanted) {
            named.add(known.name());
            baseUrl.flatMap(uri -> common.flatMap(all -> mistakes.attempt(() -> new ProviderConfig(
                            known.name(),
                            format,
                            uri,
                            key,
                            model,
                            version,
                            all.maxTokens(),
                            all.maxOutput(),
                            all.timeouts(),
                            models,
                            weight))))
                    .ifPresent(usable::add);
        }
    }

    private static Optional<Preset> known(String name) {
        return KNOWN.stream().filter(vendor -> vendor.name().equals(name)).findFirst();
    }

    /** A vendor that needs no more than {@code needs} to be usable. */
    private record Preset(String name, Format format, String baseUrl, String model, String needs) {}
}
