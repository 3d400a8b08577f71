package io.parley.persistence;

import java.util.List;

/** Declares all document types with their fields and indexes, and thereby all tables and collections. */
final class Schema {

    static final Field OWNER = Field.text("owner");
    static final Field CONTEXT = Field.text("context");
    /** Epoch microseconds: ids created within one millisecond have no defined order. */
    static final Field CREATED = Field.whole("created");
    /** 1 until a run has ended, then 0. */
    static final Field OPEN = Field.whole("open");

    /** The lease of a run (holder, epoch, expiry) as fields, so that it is renewed without rewriting the body. */
    static final Field HOLDER = Field.text("holder");

    static final Field EPOCH = Field.whole("epoch");
    static final Field UNTIL = Field.whole("until");

    static final Field RUN = Field.text("run");
    static final Field LAST = Field.whole("last");
    static final Field EXPIRES = Field.whole("expires_at");

    static final DocumentType CONTEXTS = new DocumentType("contexts", List.of(OWNER, CREATED), List.of(List.of(OWNER, CREATED)));

    static final DocumentType FLOWS =
            new DocumentType("flows", List.of(OWNER, CONTEXT, CREATED), List.of(List.of(OWNER, CONTEXT, CREATED)));

    static final DocumentType RUNS = new DocumentType(
            "runs",
            List.of(OWNER, CONTEXT, CREATED, OPEN, HOLDER, EPOCH, UNTIL),
            List.of(List.of(OWNER, CREATED), List.of(OWNER, CONTEXT, CREATED), List.of(OPEN, CREATED)));

    static final DocumentType BATCHES = new DocumentType("run_batches", List.of(RUN, LAST), List.of(List.of(RUN, LAST)));

    static final DocumentType CLAIMS = new DocumentType("claims", List.of(EXPIRES), List.of(List.of(EXPIRES)));

    static final List<DocumentType> KINDS = List.of(CONTEXTS, FLOWS, RUNS, BATCHES, CLAIMS);

    private Schema() {}
}
