/**
 * Repositories of usage, budgets and API keys. Money is in micro-dollars. Read {@code AccountingSchema} first, then {@code UsageLedger},
 * {@code Rollups} and {@code BudgetAccountRepository}.
 */
@NullMarked
package io.parley.persistence.accounting;

import org.jspecify.annotations.NullMarked;
