package io.parley.metrics;

import io.micrometer.core.instrument.Tags;
import io.parley.config.GatewayConfig;
import io.parley.config.ProviderConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Bounds the cardinality of labels: configured providers and models keep their names, any other name is reported as
 * {@code other}.
 */
final class KnownLabels {

    static final String PROVIDER = "gen_ai.provider.name";
    static final String MODEL = "gen_ai.request.model";
    static final String OTHER = "other";

    private final Set<String> providers = new HashSet<>();
    private final Set<String> models = new HashSet<>();

    KnownLabels(GatewayConfig gateway, List<ProviderConfig> configured) {
        for (ProviderConfig provider : configured) {
            providers.add(provider.name());
            Stream.concat(Stream.of(provider.model()), provider.models().stream())
                    .forEach(model -> models.add(provider.name() + "/" + model));
        }
        gateway.model().ifPresent(model -> models.add(gateway.provider() + "/" + model));
        gateway.models().values().forEach(alias -> models.addAll(alias.targets()));
    }

    /** The provider label. */
    Tags of(String provider) {
        return Tags.of(PROVIDER, providers.contains(provider) ? provider : OTHER);
    }

    /** The provider and model labels. */
    Tags of(String provider, String model) {
        return of(provider).and(MODEL, models.contains(provider + "/" + model) ? model : OTHER);
    }
}
