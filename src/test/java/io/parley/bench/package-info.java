/** Measures the server in a separate process, next to a pass-through proxy. Run by {@code scripts/bench}, not by the tests. */
package io.parley.bench;
