/**
 * The MongoDB adapter. Read {@code MongoStore} first.
 */
@NullMarked
package io.parley.persistence.mongo;

import org.jspecify.annotations.NullMarked;
