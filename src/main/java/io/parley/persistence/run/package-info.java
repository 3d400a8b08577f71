/**
 * Repositories of contexts, flows, runs, run batches, leases, idempotency keys and responses. Read {@code RunSchema} first, then
 * {@code RunRepository} and {@code RunBatchRepository}.
 */
@NullMarked
package io.parley.persistence.run;

import org.jspecify.annotations.NullMarked;
