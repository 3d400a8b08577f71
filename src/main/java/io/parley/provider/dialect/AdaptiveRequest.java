package io.parley.provider.dialect;

import io.parley.config.ProviderConfig;
import io.parley.config.ProviderProfile.Generation;
import io.parley.config.ProviderProfile.SchemaSupport;
import io.parley.contract.ApiFormat;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ServerDefault;
import io.parley.contract.NativeRequest;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Prompt;
import io.parley.contract.ProviderMessage.Open;
import io.parley.provider.profile.MaxTokensName;
import io.parley.provider.profile.NativeProfile;
import io.parley.provider.profile.RefusableOption;
import io.parley.provider.profile.RefusedOptions;
import io.parley.provider.response.FaultClassifier;
import io.parley.provider.response.ProviderErrorBody;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The request of one attempt, and its repetition without the options that the provider refused. Only what the server chose is left out,
 * never what the client asked for; and a schema that the server chose is replaced by words in the prompt.
 */
public final class AdaptiveRequest {

    /** Providers name one refused option at a time. */
    private static final int MAX_REPETITIONS = 3;

    private final ProviderConfig provider;
    private final Dialect dialect;
    private final RefusedOptions memory;
    private final String model;
    private final Prompt prompt;
    private final Optional<NativeRequest> nativeRequest;
    private final Set<RefusableOption> refused;
    private int repetitions;

    /** @param memory what the provider has refused before */
    public AdaptiveRequest(ProviderConfig provider, Dialect dialect, RefusedOptions memory, Open open) {
        this.provider = provider;
        this.dialect = dialect;
        this.memory = memory;
        this.model = open.model();
        this.prompt = open.prompt();
        this.nativeRequest = open.nativeRequest();
        this.refused = EnumSet.noneOf(RefusableOption.class);
        this.refused.addAll(memory.of(model));
    }

    /** The request without what was refused so far. */
    public ProviderRequest request() {
        return nativeRequest
                .map(request -> dialect.nativeRequest(model, request, refused))
                .orElseGet(() -> dialect.request(model, prompt, refused));
    }

    /** The request to send instead, if the failed response refused something that can be left out; empty otherwise. */
    public Optional<ProviderRequest> repeated(int status, String body) {
        ProviderErrorBody error = ProviderErrorBody.parse(body);
        boolean refusal = (status == 400 || status == 422) && FaultClassifier.of(status, error) == Fault.REJECTED;
        Set<RefusableOption> named = refusal ? RefusableOption.named(error.params(), error.message()) : Set.of();
        Set<RefusableOption> added = EnumSet.noneOf(RefusableOption.class);
        named.stream().filter(option -> isRemovable(option, error)).forEach(added::add);
        if (added.contains(RefusableOption.JSON_SCHEMA)) {
            added.remove(RefusableOption.JSON_OBJECT); // it is tried next
        }
        if (added.isEmpty() || repetitions == MAX_REPETITIONS) {
            return Optional.empty();
        }
        repetitions++;
        refused.addAll(added);
        return Optional.of(request());
    }

    /** Remembers for later requests what was left out of the last one, which the provider has accepted. */
    public void onAccepted() {
        if (repetitions > 0) {
            memory.add(model, refused);
        }
    }

    /** What was left out, for logs. */
    public Set<RefusableOption> refused() {
        return Set.copyOf(refused);
    }

    private boolean isRemovable(RefusableOption option, ProviderErrorBody error) {
        if (nativeRequest.isPresent()) {
            return !refused.contains(option) && isRemovable(option, nativeRequest.get(), error);
        }
        GenerationOptions options = prompt.options();
        return !refused.contains(option)
                && switch (option) {
                    case TEMPERATURE -> options.serverDefaults().contains(ServerDefault.TEMPERATURE);
                    case TOP_P -> options.serverDefaults().contains(ServerDefault.TOP_P);
                    case MAX_TOKENS, MAX_COMPLETION_TOKENS ->
                        option == maxTokensOption()
                                && (options.serverDefaults().contains(ServerDefault.MAX_TOKENS)
                                        || (isOpenAi() && options.maxTokens().isPresent() && error.saysUnknown()));
                    case STREAM_OPTIONS -> isOpenAi() && profile().streamUsage();
                    case JSON_SCHEMA ->
                        options.serverDefaults().contains(ServerDefault.RESPONSE_FORMAT)
                                && prompt.responseSchema().isPresent()
                                && profile().schema() == SchemaSupport.JSON_SCHEMA;
                    case JSON_OBJECT ->
                        options.serverDefaults().contains(ServerDefault.RESPONSE_FORMAT)
                                && profile().schema() != SchemaSupport.PROMPT;
                };
    }

    /** A client's own field is only renamed, and only the usage was requested by the server. */
    private boolean isRemovable(RefusableOption option, NativeRequest request, ProviderErrorBody error) {
        return switch (option) {
            case STREAM_OPTIONS -> request.stream() && !request.includeUsage();
            case MAX_TOKENS, MAX_COMPLETION_TOKENS ->
                request.format() == ApiFormat.OPENAI_CHAT
                        && error.saysUnknown()
                        && new NativeProfile(provider.profile(), refused)
                                .maxTokensField(request.body())
                                .filter(field -> MaxTokensName.option(field) == option)
                                .isPresent();
            case TEMPERATURE, TOP_P, JSON_SCHEMA, JSON_OBJECT -> false;
        };
    }

    private RefusableOption maxTokensOption() {
        return MaxTokensName.option(MaxTokensName.chosen(profile().maxTokensField(), refused));
    }

    private boolean isOpenAi() {
        return provider.format() == ProviderConfig.Format.OPENAI;
    }

    private Generation profile() {
        return provider.profile().generation();
    }
}
