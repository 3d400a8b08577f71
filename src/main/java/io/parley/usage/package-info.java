/**
 * Accounts for tokens and money: records usage and cost, enforces budgets, and estimates prompts. Start reading at
 * {@link io.parley.usage.UsageVerticle}.
 */
@NullMarked
package io.parley.usage;

import org.jspecify.annotations.NullMarked;
