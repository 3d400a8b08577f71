/**
 * Adapts requests to what a provider accepts, by its profile and by what it has refused. Read {@code PromptAdapter} first, for translated
 * requests, then {@code NativeProfile}, for requests that are passed on.
 */
@NullMarked
package io.parley.provider.profile;

import org.jspecify.annotations.NullMarked;
