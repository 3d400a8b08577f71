package io.parley.provider.profile;

import io.parley.config.ProviderProfile.MaxTokensField;
import io.parley.contract.WireName;
import java.util.Set;

/** The name of the field that limits the answer, in OpenAI's format: one of two, of which a model may refuse either. */
public final class MaxTokensName {

    private MaxTokensName() {}

    /** The preferred name, or the other one if only the preferred one was refused. */
    public static MaxTokensField chosen(MaxTokensField preferred, Set<RefusableOption> refused) {
        MaxTokensField other = other(preferred);
        return refused.contains(option(preferred)) && !refused.contains(option(other)) ? other : preferred;
    }

    /** The option that stands for this name. */
    public static RefusableOption option(MaxTokensField field) {
        return switch (field) {
            case MAX_TOKENS -> RefusableOption.MAX_TOKENS;
            case MAX_COMPLETION_TOKENS -> RefusableOption.MAX_COMPLETION_TOKENS;
        };
    }

    static MaxTokensField other(MaxTokensField field) {
        return field == MaxTokensField.MAX_TOKENS ? MaxTokensField.MAX_COMPLETION_TOKENS : MaxTokensField.MAX_TOKENS;
    }

    static String text(MaxTokensField field) {
        return WireName.of(field);
    }
}
