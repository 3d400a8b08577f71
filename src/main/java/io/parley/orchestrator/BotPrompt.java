package io.parley.orchestrator;

import io.parley.contract.ChatMessage;
import io.parley.contract.GenerationOptions;
import io.parley.contract.Prompt;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunSpec;
import io.parley.contract.Speaker;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the prompt of one bot: its own turns as the assistant; the other bot, the topic and the moderator as the
 * user. The last message is always from the user, because providers reject a prompt that ends with the assistant.
 */
final class BotPrompt {

    private static final String CONTINUE_MESSAGE = "(continue)";

    private BotPrompt() {}

    static Prompt of(Speaker self, RunSpec.Bot bot, RunSpec.Duo duo, List<Entry> entries) {
        List<ChatMessage> messages = new ArrayList<>();
        duo.contextPrompt()
                .filter(prompt -> !prompt.isBlank())
                .ifPresent(prompt -> messages.add(ChatMessage.system(prompt)));
        if (!bot.prompt().isBlank()) {
            messages.add(ChatMessage.system(bot.prompt()));
        }
        for (Entry entry : entries) {
            boolean own = entry.speaker().filter(self::equals).isPresent();
            String text = entry.message().content();
            if (!text.isEmpty()) {
                messages.add(own ? ChatMessage.assistant(text) : ChatMessage.user(text));
            }
        }
        if (messages.getLast().role() != ChatMessage.Role.USER) {
            messages.add(ChatMessage.user(CONTINUE_MESSAGE));
        }
        GenerationOptions options = GenerationOptions.of(bot.temperature(), bot.maxTokens());
        return new Prompt(messages, options.withThinking(duo.thinking()));
    }
}
