package io.parley.persistence;

import java.util.List;

/** The kinds of documents that contexts and conversations are kept in, and their declared fields. */
final class Kinds {

    static final Field OWNER = Field.text("owner");
    static final Field CONTEXT = Field.text("context");
    /** Epoch microseconds: finer than the millisecond in which ids sort by chance. */
    static final Field CREATED = Field.whole("created");
    /** 1 as long as a run has not ended, then 0. */
    static final Field OPEN = Field.whole("open");

    /** Who holds the lease of a run, under which epoch, until when: renewed without touching the rest. */
    static final Field HOLDER = Field.text("holder");

    static final Field EPOCH = Field.whole("epoch");
    static final Field UNTIL = Field.whole("until");

    static final Field RUN = Field.text("run");
    static final Field LAST = Field.whole("last");
    static final Field EXPIRES = Field.whole("expires_at");

    static final Kind CONTEXTS = new Kind("contexts", List.of(OWNER, CREATED), List.of(List.of(OWNER, CREATED)));

    static final Kind FLOWS =
            new Kind("flows", List.of(OWNER, CONTEXT, CREATED), List.of(List.of(OWNER, CONTEXT, CREATED)));

    static final Kind RUNS = new Kind(
            "runs",
            List.of(OWNER, CONTEXT, CREATED, OPEN, HOLDER, EPOCH, UNTIL),
            List.of(List.of(OWNER, CREATED), List.of(OWNER, CONTEXT, CREATED), List.of(OPEN, CREATED)));

    static final Kind BATCHES = new Kind("run_batches", List.of(RUN, LAST), List.of(List.of(RUN, LAST)));

    static final Kind CLAIMS = new Kind("claims", List.of(EXPIRES), List.of(List.of(EXPIRES)));

    static final List<Kind> KINDS = List.of(CONTEXTS, FLOWS, RUNS, BATCHES, CLAIMS);

    private Kinds() {}
}
