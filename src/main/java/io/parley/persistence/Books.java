package io.parley.persistence;

import java.util.List;

/** Declares the document types of usage, budgets and API keys, with their fields and indexes. */
final class Books {

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

    static final Kind LEDGER =
            new Kind("usage_ledger", List.of(WRITER, BUCKET, Kinds.CREATED), List.of(List.of(WRITER, BUCKET)));

    static final Kind ROLLUPS = new Kind(
            "usage_rollups",
            List.of(
                    WRITER,
                    UNIT,
                    BUCKET,
                    PROVIDER,
                    MODEL,
                    Kinds.OWNER,
                    Kinds.CONTEXT,
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
                    List.of(Kinds.OWNER, UNIT, BUCKET),
                    List.of(API_KEY, UNIT, BUCKET),
                    List.of(WRITER, UNIT, BUCKET)));

    static final Kind WRITERS = new Kind("usage_writers", List.of(BEAT), List.of(List.of(BEAT)));

    static final Kind BUDGETS = new Kind("budgets", List.of(SCOPE), List.of());

    static final Kind ACCOUNTS = new Kind("budget_accounts", List.of(GROSS), List.of());

    static final Kind SHARES = new Kind(
            "budget_shares",
            List.of(ACCOUNT, WRITER, RESERVED, SETTLED, SPENT, TURN),
            List.of(List.of(ACCOUNT, TURN), List.of(WRITER, TURN)));

    static final Kind ALERTS = new Kind(
            "budget_alerts",
            List.of(SCOPE, Kinds.CREATED),
            List.of(List.of(Kinds.CREATED), List.of(SCOPE, Kinds.CREATED)));

    static final Kind KEYS = new Kind(
            "api_keys",
            List.of(DIGEST, REVOKED, Kinds.CREATED),
            List.of(List.of(DIGEST), List.of(REVOKED, Kinds.CREATED)));

    static final List<Kind> KINDS = List.of(LEDGER, ROLLUPS, WRITERS, BUDGETS, ACCOUNTS, SHARES, ALERTS, KEYS);

    private Books() {}
}
