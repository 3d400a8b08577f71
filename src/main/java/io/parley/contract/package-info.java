/**
 * The public API of the event bus: sealed records, addresses and problems. Depends on the JDK only. Read {@code Addresses} first, then
 * {@code Problem}, {@code RunEvent} and {@code AnswerEvent}.
 */
@NullMarked
package io.parley.contract;

import org.jspecify.annotations.NullMarked;
