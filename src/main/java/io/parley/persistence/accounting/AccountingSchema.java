package io.parley.persistence.accounting;

import io.parley.persistence.run.RunSchema;
import io.parley.persistence.store.DocumentType;
import io.parley.persistence.store.Field;
import java.util.List;

/** Declares the document types of usage, budgets and API keys, with their fields and indexes. */
public final class AccountingSchema {

    /** The only writer that may change the counters of a document. */
    static final Field WRITER = Field.text("writer");

    static final Field UNIT = Field.text("unit");
    /** An hour or a day in UTC as sortable text: {@code 2026-11-21T08}, {@code 2026-11-21}. */
    static final Field BUCKET = Field.text("bucket");

    static final Field PROVIDER = Field.text("provider");
    static final Field MODEL = Field.text("model");
    static final Field API_KEY = Field.text("api_key");

    static final Field REQUESTS = Field.integer("requests");
    static final Field INPUT_TOKENS = Field.integer("input_tokens");
    static final Field OUTPUT_TOKENS = Field.integer("output_tokens");
    static final Field CACHED_TOKENS = Field.integer("cached_tokens");
    static final Field CACHE_WRITE_TOKENS = Field.integer("cache_write_tokens");
    static final Field REASONING_TOKENS = Field.integer("reasoning_tokens");
    static final Field COST_MICROS = Field.integer("cost_micros");
    static final Field UNPRICED = Field.integer("unpriced");
    static final Field ESTIMATED = Field.integer("estimated");
    static final Field ERRORS = Field.integer("errors");

    /** The time up to which a writer has added its ledger entries to the rollups. */
    static final Field HEARTBEAT = Field.integer("beat");

    static final Field ACCOUNT = Field.text("account");
    /** The total of all reservations ever made; never decreases. */
    static final Field RESERVED_TOTAL = Field.integer("gross");

    static final Field RESERVED = Field.integer("reserved");
    static final Field SETTLED = Field.integer("settled");
    static final Field SPENT = Field.integer("spent");
    static final Field SEQUENCE = Field.integer("turn");

    static final Field SCOPE = Field.text("scope");
    static final Field DIGEST = Field.text("digest");
    /** 1 if the key was revoked, otherwise 0. */
    static final Field REVOKED = Field.integer("revoked");

    static final DocumentType LEDGER = new DocumentType(
            "usage_ledger", List.of(WRITER, BUCKET, RunSchema.CREATED), List.of(List.of(WRITER, BUCKET)));

    static final DocumentType ROLLUPS = new DocumentType(
            "usage_rollups",
            List.of(
                    WRITER,
                    UNIT,
                    BUCKET,
                    PROVIDER,
                    MODEL,
                    RunSchema.OWNER,
                    RunSchema.CONTEXT,
                    API_KEY,
                    REQUESTS,
                    INPUT_TOKENS,
                    OUTPUT_TOKENS,
                    CACHED_TOKENS,
                    CACHE_WRITE_TOKENS,
                    REASONING_TOKENS,
                    COST_MICROS,
                    UNPRICED,
                    ESTIMATED,
                    ERRORS),
            List.of(
                    List.of(UNIT, BUCKET),
                    List.of(RunSchema.OWNER, UNIT, BUCKET),
                    List.of(API_KEY, UNIT, BUCKET),
                    List.of(WRITER, UNIT, BUCKET)));

    static final DocumentType WRITERS =
            new DocumentType("usage_writers", List.of(HEARTBEAT), List.of(List.of(HEARTBEAT)));

    static final DocumentType BUDGETS = new DocumentType("budgets", List.of(SCOPE), List.of());

    static final DocumentType ACCOUNTS = new DocumentType("budget_accounts", List.of(RESERVED_TOTAL), List.of());

    static final DocumentType SHARES = new DocumentType(
            "budget_shares",
            List.of(ACCOUNT, WRITER, RESERVED, SETTLED, SPENT, SEQUENCE),
            List.of(List.of(ACCOUNT, SEQUENCE), List.of(WRITER, SEQUENCE)));

    static final DocumentType ALERTS = new DocumentType(
            "budget_alerts",
            List.of(SCOPE, RunSchema.CREATED),
            List.of(List.of(RunSchema.CREATED), List.of(SCOPE, RunSchema.CREATED)));

    static final DocumentType API_KEYS = new DocumentType(
            "api_keys",
            List.of(DIGEST, REVOKED, RunSchema.CREATED),
            List.of(List.of(DIGEST), List.of(REVOKED, RunSchema.CREATED)));

    public static final List<DocumentType> TYPES =
            List.of(LEDGER, ROLLUPS, WRITERS, BUDGETS, ACCOUNTS, SHARES, ALERTS, API_KEYS);

    private AccountingSchema() {}
}
