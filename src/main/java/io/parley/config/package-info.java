/**
 * The configuration as a tree of valid records. Read {@code AppConfig} first. The sub-package {@code reader} reads files and
 * environment variables, {@code price} reads price lists.
 */
@NullMarked
package io.parley.config;

import org.jspecify.annotations.NullMarked;
