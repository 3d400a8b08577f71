/**
 * Reads configuration files and environment variables into {@code AppConfig}, and reports all errors at once. Read {@code ConfigReader}
 * first, then {@code AppConfigParser} and {@code SettingsReader}. {@code YamlReader} also reads price lists.
 */
@NullMarked
package io.parley.config.reader;

import org.jspecify.annotations.NullMarked;
