package io.parley.persistence;

import java.util.List;

/** Declares the document types of usage, budgets and API keys, with their fields and indexes. */
final class AccountingSchema {

    /** The only writer that may change the counters of a document. */
    static final Field WRITER = Field.text("writer");

    static final Field UNIT = Field.text("unit");
    /** An hour or a day in UTC as sortable text: {@code 2026-11-21T08}, {@code 2026-11-21}. */
    static final Field BUCKET = Field.text("bucket");

    static final Field PROVIDER = Field.text("provider");
    static final Field MODEL = Field.text("model");
    static final Field API_KEY = Field.text("api_key");

    static final Field REQUESTS = Field.whole("requests");
    static final Field INPUT = Field.whole("input_tokens");
    static final Field OUTPUT = Field.whole("output_tokens");
    static final Field CACHED = Field.whole("cached_tokens");
    static final Field CACHE_WRITE = Field.whole("cache_write_tokens");
    static final Field REASONING = Field.whole("reasoning_tokens");
    static final Field MICROS = Field.whole("cost_micros");
    static final Field UNPRICED = Field.whole("unpriced");
    static final Field ESTIMATED = Field.whole("estimated");
    static final Field ERRORS = Field.whole("errors");

    /** The time up to which a writer has added its ledger entries to the rollups. */
    static final Field BEAT = Field.whole("beat");

    static final Field ACCOUNT = Field.text("account");
    /** The total of all reservations ever made; never decreases. */
    static final Field GROSS = Field.whole("gross");

    static final Field RESERVED = Field.whole("reserved");
    static final Field SETTLED = Field.whole("settled");
    static final Field SPENT = Field.whole("spent");
    static final Field TURN = Field.whole("turn");

    static final Field SCOPE = Field.text("scope");
    static final Field DIGEST = Field.text("digest");
    /** 1 if the key was revoked, otherwise 0. */
    static final Field REVOKED = Field.whole("revoked");

    static final DocumentType LEDGER =
            new DocumentType("usage_ledger", List.of(WRITER, BUCKET, Schema.CREATED), List.of(List.of(WRITER, BUCKET)));

    static final DocumentType ROLLUPS = new DocumentType(
            "usage_rollups",
            List.of(
                    WRITER,
                    UNIT,
                    BUCKET,
                    PROVIDER,
                    MODEL,
                    Schema.OWNER,
                    Schema.CONTEXT,
                    API_KEY,
                    REQUESTS,
                    INPUT,
                    OUTPUT,
                    CACHED,
                    CACHE_WRITE,
                    REASONING,
                    MICROS,
                    UNPRICED,
                    ESTIMATED,
                    ERRORS),
            List.of(
                    List.of(UNIT, BUCKET),
                    List.of(Schema.OWNER, UNIT, BUCKET),
                    List.of(API_KEY, UNIT, BUCKET),
                    List.of(WRITER, UNIT, BUCKET)));

    static final DocumentType WRITERS = new DocumentType("usage_writers", List.of(BEAT), List.of(List.of(BEAT)));

    static final DocumentType BUDGETS = new DocumentType("budgets", List.of(SCOPE), List.of());

    static final DocumentType ACCOUNTS = new DocumentType("budget_accounts", List.of(GROSS), List.of());

    static final DocumentType SHARES = new DocumentType(
            "budget_shares",
            List.of(ACCOUNT, WRITER, RESERVED, SETTLED, SPENT, TURN),
            List.of(List.of(ACCOUNT, TURN), List.of(WRITER, TURN)));

    static final DocumentType ALERTS = new DocumentType(
            "budget_alerts",
            List.of(SCOPE, Schema.CREATED),
            List.of(List.of(Schema.CREATED), List.of(SCOPE, Schema.CREATED)));

    static final DocumentType KEYS = new DocumentType(
            "api_keys",
            List.of(DIGEST, REVOKED, Schema.CREATED),
            List.of(List.of(DIGEST), List.of(REVOKED, Schema.CREATED)));

    static final List<DocumentType> KINDS = List.of(LEDGER, ROLLUPS, WRITERS, BUDGETS, ACCOUNTS, SHARES, ALERTS, KEYS);

    private AccountingSchema() {}
}
