/**
 * Generates small values that match a JSON schema. Read {@code InstanceGenerator} first, then {@code SchemaAlternatives} (references and
 * combinations), {@code ObjectInstances} and {@code SchemaMatcher}.
 */
@NullMarked
package io.parley.demo.schema;

import org.jspecify.annotations.NullMarked;
