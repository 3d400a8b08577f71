/**
 * The configuration as a tree of records: what exists is valid. Read {@code AppConfig} first. Files and environment are read in
 * {@code reader}, price lists in {@code price}.
 */
@NullMarked
package io.parley.config;

import org.jspecify.annotations.NullMarked;
