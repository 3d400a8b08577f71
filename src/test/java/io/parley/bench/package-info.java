/** Measures the server as a process, from outside, beside a raw pass-through of the same bytes. Run by {@code scripts/bench}, not by the tests. */
package io.parley.bench;
