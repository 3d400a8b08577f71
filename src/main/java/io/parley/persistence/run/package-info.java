/**
 * Repositories of contexts, flows, runs, run batches, leases and idempotency keys. Read {@code RunSchema} first, then
 * {@code RunRepository} and {@code RunBatchRepository}.
 */
@NullMarked
package io.parley.persistence.run;

import org.jspecify.annotations.NullMarked;
