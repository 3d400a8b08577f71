/** The only owner of server sockets: routes, guards, and the renderers of each wire format. */
@NullMarked
package io.parley.http;

import org.jspecify.annotations.NullMarked;
