/**
 * Usage, budgets and API keys, mostly for administrators. Read {@code UsageRoutes} first, then {@code BudgetRoutes} and
 * {@code ApiKeyRoutes}.
 */
@NullMarked
package io.parley.http.admin;

import org.jspecify.annotations.NullMarked;
