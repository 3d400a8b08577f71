/**
 * Accounts for tokens and money: records usage and cost, enforces budgets, and estimates prompts. Read {@code UsageVerticle}
 * first, then {@code BudgetReservations}, {@code UsageRecorder} and {@code Estimator}.
 */
@NullMarked
package io.parley.usage;

import org.jspecify.annotations.NullMarked;
