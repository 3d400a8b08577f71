/** Tests of the gateway: its decisions with a driven clock, its verticle against vendors on the loopback. */
@NullMarked
package io.parley.gateway;

import org.jspecify.annotations.NullMarked;
