/**
 * Contexts and the flows in them: routes, bodies and views. Read {@code ContextRoutes} first, then {@code FlowRoutes}.
 */
@NullMarked
package io.parley.http.context;

import org.jspecify.annotations.NullMarked;
