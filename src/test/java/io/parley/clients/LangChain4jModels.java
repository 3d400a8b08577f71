package io.parley.clients;

import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiResponsesChatModel;
import dev.langchain4j.model.openai.OpenAiResponsesStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;

/** How LangChain4j makes models of each API. */
enum LangChain4jModels {
    OPENAI_CHAT("LangChain4j, OpenAI chat") {
        @Override
        ChatModel model(Options with) {
            OpenAiChatModel.OpenAiChatModelBuilder builder = OpenAiChatModel.builder()
                    .baseUrl(with.url() + "/v1")
                    .apiKey(with.key())
                    .modelName(with.model())
                    .maxRetries(0);
            return (with.thinking() ? builder.reasoningEffort("low").returnThinking(true) : builder).build();
        }

        @Override
        StreamingChatModel streaming(Options with) {
            OpenAiStreamingChatModel.OpenAiStreamingChatModelBuilder builder = OpenAiStreamingChatModel.builder()
                    .baseUrl(with.url() + "/v1")
                    .apiKey(with.key())
                    .modelName(with.model());
            return (with.thinking() ? builder.reasoningEffort("low").returnThinking(true) : builder).build();
        }
    },
    OPENAI_RESPONSES("LangChain4j, OpenAI responses") {
        @Override
        ChatModel model(Options with) {
            OpenAiResponsesChatModel.Builder builder = OpenAiResponsesChatModel.builder()
                    .baseUrl(with.url() + "/v1")
                    .apiKey(with.key())
                    .modelName(with.model());
            return (with.thinking() ? builder.reasoningEffort("low").reasoningSummary("auto") : builder).build();
        }

        @Override
        StreamingChatModel streaming(Options with) {
            OpenAiResponsesStreamingChatModel.Builder builder = OpenAiResponsesStreamingChatModel.builder()
                    .baseUrl(with.url() + "/v1")
                    .apiKey(with.key())
                    .modelName(with.model());
            return (with.thinking() ? builder.reasoningEffort("low").reasoningSummary("auto") : builder).build();
        }
    },
    ANTHROPIC("LangChain4j, Anthropic") {
        @Override
        ChatModel model(Options with) {
            AnthropicChatModel.AnthropicChatModelBuilder builder = AnthropicChatModel.builder()
                    .baseUrl(with.url() + "/v1")
                    .apiKey(with.key())
                    .modelName(with.model())
                    .maxTokens(MAX_TOKENS)
                    .maxRetries(0);
            return (with.thinking()
                            ? builder.thinkingType("enabled")
                                    .thinkingBudgetTokens(THINKING_TOKENS)
                                    .returnThinking(true)
                            : builder)
                    .build();
        }

        @Override
        StreamingChatModel streaming(Options with) {
            AnthropicStreamingChatModel.AnthropicStreamingChatModelBuilder builder =
                    AnthropicStreamingChatModel.builder()
                            .baseUrl(with.url() + "/v1")
                            .apiKey(with.key())
                            .modelName(with.model())
                            .maxTokens(MAX_TOKENS);
            return (with.thinking()
                            ? builder.thinkingType("enabled")
                                    .thinkingBudgetTokens(THINKING_TOKENS)
                                    .returnThinking(true)
                            : builder)
                    .build();
        }
    };

    private static final int MAX_TOKENS = 2000;
    private static final int THINKING_TOKENS = 1024;

    private final String title;

    LangChain4jModels(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    abstract ChatModel model(Options with);

    abstract StreamingChatModel streaming(Options with);

    /** What a model is made with; {@code url} is without /v1. */
    record Options(String url, String key, String model, boolean thinking) {}
}
