/**
 * The shared kernel for external JSON: one strict reader, one field validator, and writers for the values that several features
 * show. Contains only code that at least two features need to read or write JSON, and that depends only on the contract, the JDK,
 * Jackson and buffers. Does not contain code that is specific to one route, format or document.
 *
 * <p>Read in this order: {@link io.parley.json.StrictJsonReader} (bytes to fields), {@link io.parley.json.JsonFields} and
 * {@link io.parley.json.TextRule} (what a field must be), {@link io.parley.json.Violations} (all errors),
 * {@link io.parley.json.PromptFields}, {@link io.parley.json.ContentJson}, {@link io.parley.json.Attachment} and
 * {@link io.parley.json.RegexComplexity} (fields that several requests share),
 * {@link io.parley.json.JsonNesting} (where a value in a stream ends), then the writers: {@link io.parley.json.JsonWriter},
 * {@link io.parley.json.JsonStringWriter}, {@link io.parley.json.TokenUsageJson}, {@link io.parley.json.Usd}; and
 * {@link io.parley.json.JsonEditor}, which changes single values in the bytes of a body.
 */
@NullMarked
package io.parley.json;

import org.jspecify.annotations.NullMarked;
