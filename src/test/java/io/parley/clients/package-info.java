/**
 * Client libraries in front of a whole server, and the simulated providers behind it: what works with which of them. The results
 * are the tables of {@code docs/clients.md}.
 *
 * <p>Reading order: {@link io.parley.clients.ClientFeature}, {@link io.parley.clients.ClientTarget}, {@link
 * io.parley.clients.ClientLibrary}, {@link io.parley.clients.FeatureQuestions}, {@link io.parley.clients.ClientResult}, {@link
 * io.parley.clients.ClientServers}, {@link io.parley.clients.ClientTable}, then one class for each Java library, then {@link
 * io.parley.clients.ClientScripts}, which runs those in other languages.
 */
@NullMarked
package io.parley.clients;

import org.jspecify.annotations.NullMarked;
