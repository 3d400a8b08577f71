package io.parley.persistence.run;

import io.parley.persistence.store.DocumentType;
import io.parley.persistence.store.Field;
import java.util.List;

/** Declares the document types of runs, contexts, flows and responses with their fields and indexes. */
public final class RunSchema {

    public static final Field OWNER = Field.text("owner");
    public static final Field CONTEXT = Field.text("context");
    /** Epoch microseconds: ids created within one millisecond have no defined order. */
    public static final Field CREATED = Field.integer("created");
    /** 1 until a run has ended, then 0. */
    static final Field OPEN = Field.integer("open");

    /** The lease of a run (holder, epoch, expiry) as fields, so that it is renewed without rewriting the body. */
    static final Field LEASE_HOLDER = Field.text("holder");

    static final Field LEASE_EPOCH = Field.integer("epoch");
    static final Field LEASE_UNTIL = Field.integer("until");

    static final Field RUN = Field.text("run");
    static final Field LAST_SEQUENCE = Field.integer("last");
    static final Field EXPIRES_AT = Field.integer("expires_at");

    static final DocumentType CONTEXTS =
            new DocumentType("contexts", List.of(OWNER, CREATED), List.of(List.of(OWNER, CREATED)));

    static final DocumentType FLOWS =
            new DocumentType("flows", List.of(OWNER, CONTEXT, CREATED), List.of(List.of(OWNER, CONTEXT, CREATED)));

    static final DocumentType RUNS = new DocumentType(
            "runs",
            List.of(OWNER, CONTEXT, CREATED, OPEN, LEASE_HOLDER, LEASE_EPOCH, LEASE_UNTIL),
            List.of(List.of(OWNER, CREATED), List.of(OWNER, CONTEXT, CREATED), List.of(OPEN, CREATED)));

    static final DocumentType RUN_BATCHES =
            new DocumentType("run_batches", List.of(RUN, LAST_SEQUENCE), List.of(List.of(RUN, LAST_SEQUENCE)));

    static final DocumentType IDEMPOTENCY_KEYS =
            new DocumentType("claims", List.of(EXPIRES_AT), List.of(List.of(EXPIRES_AT)));

    static final DocumentType RESPONSES =
            new DocumentType("responses", List.of(OWNER, EXPIRES_AT), List.of(List.of(EXPIRES_AT)));

    public static final List<DocumentType> TYPES =
            List.of(CONTEXTS, FLOWS, RUNS, RUN_BATCHES, IDEMPOTENCY_KEYS, RESPONSES);

    private RunSchema() {}
}
