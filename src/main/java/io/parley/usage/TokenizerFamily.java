package io.parley.usage;

import io.parley.config.UsageConfig.Factors;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Groups models that use the same or a similar tokenizer. */
enum TokenizerFamily {
    OPENAI,
    /** Claude before Opus 4.7. */
    CLAUDE_OLD,
    /** Claude from Opus 4.7 on. */
    CLAUDE_NEW,
    OTHER;

    private static final Pattern GPT = Pattern.compile("(chat)?gpt-.*|o\\d.*|codex-.*");
    private static final Pattern CLAUDE = Pattern.compile("claude-([a-z]+)-(\\d{1,2})(?:-(\\d{1,2}))?(?:-.*)?");

    /** Determines the family from the model name, independently of the provider. */
    static TokenizerFamily of(String model) {
        String name = model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        if (GPT.matcher(name).matches()) {
            return OPENAI;
        }
        Matcher claude = CLAUDE.matcher(name);
        if (claude.matches()) {
            int major = Integer.parseInt(claude.group(2));
            int minor = claude.group(3) == null ? 0 : Integer.parseInt(claude.group(3));
            boolean opus47 = claude.group(1).equals("opus") && major == 4 && minor >= 7;
            return major >= 5 || opus47 ? CLAUDE_NEW : CLAUDE_OLD;
        }
        return name.startsWith("claude-") ? CLAUDE_OLD : OTHER;
    }

    double factor(Factors factors) {
        return switch (this) {
            case OPENAI -> factors.openai();
            case CLAUDE_OLD -> factors.claudeOld();
            case CLAUDE_NEW -> factors.claudeNew();
            case OTHER -> factors.other();
        };
    }
}
