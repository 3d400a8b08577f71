package io.parley.contract;

/** A request format of clients and providers. */
public enum ApiFormat {
    /** {@code POST /v1/chat/completions}. */
    OPENAI_CHAT,
    /** {@code POST /v1/responses}. */
    OPENAI_RESPONSES,
    /** {@code POST /v1/completions}. */
    OPENAI_COMPLETIONS,
    /** {@code POST /v1/embeddings}. */
    OPENAI_EMBEDDINGS,
    /** {@code POST /v1/messages}. */
    ANTHROPIC_MESSAGES
}
