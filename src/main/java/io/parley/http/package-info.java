/**
 * The HTTP servers: routes, guards and wire formats. No other package opens a public server socket; the demo provider listens on loopback.
 *
 * <p>The sub-packages have an order; each may import only those before it: {@code server}, {@code stream}, {@code routing}; then
 * {@code conversation}, {@code context}, {@code generation} and {@code admin}; then {@code ai}, {@code openai}, {@code anthropic} and
 * {@code websocket}; then {@code responses}. This package wires them, and none of them imports it. {@code auth} stands apart: it is reached over the bus.
 *
 * <p>A POST passes these guards, in this order, before its route does anything. {@code FailureHandler} responds to what they reject, in
 * the error format of the API that the path belongs to.
 *
 * <table>
 *   <caption>The guards of a POST</caption>
 *   <tr><th>guard</th><th>requires or does</th><th>rejects with</th></tr>
 *   <tr><td colspan="3">before routing: {@code HardenedHttpServer}</td></tr>
 *   <tr><td>{@code HttpVersionFilter}</td><td>HTTP/1.1 or 1.0</td><td>505</td></tr>
 *   <tr><td>{@code RequestHeadTimeouts}</td><td>the complete head in time</td><td>a closed connection</td></tr>
 *   <tr><td>{@code ClosingMarker}</td><td>a connection that is not about to close</td><td>no response</td></tr>
 *   <tr><td>{@code HardenedHttpServer}</td><td>a decodable head of limited size</td><td>400, 414, 431</td></tr>
 *   <tr><td>{@code CommonHeaders}</td><td>writes the headers of every response, sets the request id</td><td></td></tr>
 *   <tr><td>{@code RequestTracing}</td><td>gives the request its position in a trace</td><td></td></tr>
 *   <tr><td>{@code RequestState}</td><td>stores the id, the trace and, later, the caller</td><td></td></tr>
 *   <tr><td>{@code RequestValidator}</td><td>one Host, valid and unrepeated headers, unambiguous framing of the body, no credentials in
 *     the query, a plain path, no WebSocket upgrade</td><td>400, 404, 405, 431</td></tr>
 *   <tr><td colspan="3">while routing: {@code HttpVerticle}</td></tr>
 *   <tr><td>{@code CorsPolicy}</td><td>responds to preflights; allows listed origins to read responses</td><td>403</td></tr>
 *   <tr><td>{@code AuthHandler}</td><td>a caller: {@code CredentialReader} finds the credential, the verticles of {@code http.auth} verify it;
 *     if authentication is off, a loopback Host</td><td>400, 401, 429</td></tr>
 *   <tr><td>{@code RouteTable}</td><td>a known route and method, well-formed ids</td><td>404, 405</td></tr>
 *   <tr><td colspan="3">in the route, for example {@code ChatRoutes}</td></tr>
 *   <tr><td>{@code DrainState}</td><td>the server is not shutting down</td><td>503</td></tr>
 *   <tr><td>{@code DuoStartLimiter}</td><td>two-agent conversations: limited starts per client address</td><td>429</td></tr>
 *   <tr><td>{@code RequestHeaders}</td><td>an Accept header that allows the response type; a valid Idempotency-Key</td><td>400, 406</td></tr>
 *   <tr><td>{@code BodyReader}</td><td>JSON of limited size, complete in time</td><td>400, 408, 413, 415</td></tr>
 *   <tr><td>{@code StrictJsonReader}</td><td>one JSON object that all parsers interpret alike</td><td>400</td></tr>
 *   <tr><td>{@code JsonFields}</td><td>known fields with valid values</td><td>422</td></tr>
 * </table>
 *
 * <p>To follow a request, read {@code HttpVerticle}, {@code HardenedHttpServer}, {@code AuthHandler}, {@code RouteTable}, then the routes.
 */
@NullMarked
package io.parley.http;

import org.jspecify.annotations.NullMarked;
