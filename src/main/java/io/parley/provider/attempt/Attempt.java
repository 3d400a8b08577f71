package io.parley.provider.attempt;

import io.parley.bus.StreamLog;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.config.Secret;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.ApiFormat;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.ProviderMessage.Open;
import io.parley.contract.ProviderMessage.RateLimitsReported;
import io.parley.contract.Usage;
import io.parley.provider.codec.BodyDecoder;
import io.parley.provider.codec.BodyKind;
import io.parley.provider.codec.ProtocolException;
import io.parley.provider.codec.StreamDecoder;
import io.parley.provider.dialect.AdaptiveRequest;
import io.parley.provider.dialect.ProviderRequest;
import io.parley.provider.http.ProviderEndpoint;
import io.parley.provider.http.RateLimitHeaders;
import io.parley.provider.http.UpstreamExchange;
import io.parley.provider.response.AttemptFailure;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Executes one attempt to generate an answer, from the connection to its single terminal event. Handles timeouts, but neither HTTP nor
 * JSON.
 */
public final class Attempt implements UpstreamExchange.Listener {

    /** How long to wait for the usage of a complete answer, and then for the end of the response so that its connection can be reused. */
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(2);

    /**
     * A provider that closes an idle connection while a request is on its way has not read the request, so it is sent again at once. A
     * connection that was closed later may have been closed because of the request.
     */
    private static final Duration STALE_CONNECTION_WINDOW = Duration.ofSeconds(1);

    private static final int MAX_RESENDS = 10;

    private static final int MAX_EMBEDDING_BYTES = 64 * 1024 * 1024;

    /** A shorter key is an ordinary word, such as "any". */
    private static final int MIN_KEY_LENGTH = 8;

    private final AttemptClocks clocks;
    private final ProviderEndpoint provider;
    private final AdaptiveRequest request;
    private final AttemptOutput output;
    private final AttemptLogger logger;
    private AnswerBuilder answer;
    private boolean received;
    private final StreamDecoder decoder;
    private UpstreamExchange upstream;
    private final DeadlineTimer timer;
    private final Promise<AttemptOutcome> ended = Promise.promise();
    private final Open open;
    private final Consumer<RateLimitsReported> onRateLimits;
    private final long startedAt;
    private boolean flushScheduled;
    private boolean paused;
    private boolean settled;
    private boolean connectionClosed;
    private boolean billable;
    private Optional<ProviderRequest> lastRequest = Optional.empty();
    private long connectedAt;
    private int resends;

    /**
     * @param logs opens the log for the first event
     * @param onRateLimits receives the rate limits that the provider reports
     */
    public Attempt(
            AttemptClocks clocks,
            ProviderEndpoint provider,
            Open open,
            Supplier<StreamLog> logs,
            Consumer<RateLimitsReported> onRateLimits) {
        this.onRateLimits = onRateLimits;
        this.clocks = clocks;
        this.provider = provider;
        this.open = open;
        this.output = new AttemptOutput(logs, clocks.nanos());
        this.request = new AdaptiveRequest(provider.config(), provider.dialect(), provider.refused(), open);
        this.logger = new AttemptLogger(provider.config(), open);
        this.answer = new AnswerAssembler(
                provider.dialect(),
                open.callId(),
                open.model(),
                open.prompt(),
                provider.config().maxOutputBytes());
        this.decoder = provider.dialect()
                .decoder(frame -> answer.add(frame), Math.max(BodyDecoder.MAX_OBJECT_BYTES, maxOutputBytes()));
        this.upstream = new UpstreamExchange(provider.client(), this);
        this.timer = new DeadlineTimer(
                clocks, timeouts().total(), () -> fail(new AttemptFailure(Fault.STALLED, "total timeout exceeded")));
        this.startedAt = now();
    }

    /**
     * Passes the answer on as it is if the client speaks the format. A whole answer to a request for a stream is translated, and a
     * stream to a request for a whole answer, too.
     */
    private void onFirstData(byte[] bytes) {
        received = true;
        open.nativeRequest()
                .filter(request -> request.stream() != BodyKind.isDocument(bytes))
                .ifPresent(request -> answer = new NativeAnswer(
                        provider.dialect().nativeReader(request),
                        request,
                        open.model(),
                        open.prompt(),
                        maxOutputBytes()));
    }

    /** Thousands of vectors are longer than any text. */
    private int maxOutputBytes() {
        int max = provider.config().maxOutputBytes();
        return open.nativeRequest()
                .filter(request -> request.format() == ApiFormat.OPENAI_EMBEDDINGS)
                .map(_ -> Math.max(max, MAX_EMBEDDING_BYTES))
                .orElse(max);
    }

    /** Calls the provider. Completes when the first event is in the log; fails with a problem if there will be none. */
    public Future<Void> run() {
        logger.started();
        send(request.request());
        return output.opened();
    }

    private void send(ProviderRequest outbound) {
        lastRequest = Optional.of(outbound);
        open.trace().ifPresent(trace -> outbound.headers().set("traceparent", trace.traceparent()));
        expect(timeouts().connect(), Fault.UNREACHABLE, "no connection in time");
        upstream.start(outbound);
    }

    /** Completes when the answer is complete or has failed, also if no log was opened. */
    public Future<AttemptOutcome> ended() {
        return ended.future();
    }

    /** Aborts the call at once. */
    public void cancel(String reason) {
        fail(new Problem.Cancelled(reason), "");
    }

    @Override
    public void onConnected() {
        connectedAt = now();
        billable = true; // the provider may charge for the request even if it does not answer
        boolean whole =
                open.nativeRequest().filter(request -> !request.stream()).isPresent();
        // a whole answer has no head before it is complete
        expect(whole ? timeouts().total() : timeouts().headers(), Fault.NO_RESPONSE, "no headers in time");
    }

    @Override
    public void onHeaders(MultiMap headers) {
        RateLimitHeaders.parse(provider.config().name(), headers, clocks.clock().instant())
                .ifPresent(onRateLimits);
    }

    @Override
    public void onStreamStart() {
        request.onAccepted();
        expect(timeouts().firstToken(), Fault.NO_RESPONSE, "no first token in time");
    }

    @Override
    public void onData(byte[] bytes) {
        if (settled) {
            return;
        }
        if (!received) {
            onFirstData(bytes);
        }
        answer.onBytes(bytes);
        long before = answer.pieces();
        boolean wasComplete = answer.answerComplete();
        try {
            decoder.feed(bytes);
        } catch (ProtocolException error) {
            onUnreadable(error);
            return;
        }
        if (answer.failure().isPresent()) {
            fail(answer.failure().get());
        } else if (answer.streamEnded()) {
            complete();
        } else if (answer.pieces() > before || answer.answerComplete() != wasComplete) {
            awaitNext();
        }
        scheduleFlush();
    }

    /** Whatever follows the end of an answer does not matter. */
    private void onUnreadable(ProtocolException error) {
        if (answer.failure().isPresent()) {
            fail(answer.failure().get());
        } else if (answer.answerComplete()) {
            complete();
        } else {
            onProtocolError(error);
        }
    }

    @Override
    public void onEnd() {
        try {
            decoder.end();
        } catch (ProtocolException incomplete) {
            // an incomplete last line is ignored
        }
        if (!settled && answer.failure().isPresent()) {
            fail(answer.failure().get());
        } else {
            onConnectionLost();
        }
    }

    @Override
    public void onConnectionLost() {
        timer.cancel();
        if (!settled && isStaleConnection() && resends++ < MAX_RESENDS) {
            billable = false;
            lastRequest.ifPresent(this::send);
            return;
        }
        connectionClosed = true;
        if (!settled && answer.answerComplete()) {
            complete();
        } else {
            fail(new AttemptFailure(Fault.TRUNCATED, "stream ended without its end marker"));
        }
    }

    private boolean isStaleConnection() {
        return upstream.isUnansweredOnReusedConnection()
                && elapsedSince(connectedAt).compareTo(STALE_CONNECTION_WINDOW) < 0;
    }

    @Override
    public void onErrorResponseStart(Runnable finish) {
        timer.expect(timeouts().headers(), finish);
    }

    @Override
    public void onErrorResponse(int status, MultiMap headers, String received) {
        billable = false;
        String body = withoutApiKey(received);
        Optional<ProviderRequest> repeated = settled ? Optional.empty() : request.repeated(status, body);
        if (repeated.isPresent()) {
            logger.repeated(request.refused());
            upstream.abort();
            upstream = new UpstreamExchange(provider.client(), this);
            send(repeated.get());
            return;
        }
        fail(provider.dialect().failure(status, headers, body, clocks.clock().instant()));
    }

    /** Some servers repeat the API key in their errors; neither clients nor logs may see it. */
    private String withoutApiKey(String text) {
        return provider.config()
                .apiKey()
                .map(Secret::reveal)
                .filter(key -> key.length() >= MIN_KEY_LENGTH)
                .map(key -> text.replace(key, "***"))
                .orElse(text);
    }

    @Override
    public void onConnectFailure(Throwable cause) {
        fail(new AttemptFailure(Fault.UNREACHABLE, cause.getClass().getSimpleName()));
    }

    @Override
    public void onProtocolError(ProtocolException error) {
        fail(new AttemptFailure(Fault.PROTOCOL, error.detail()));
    }

    private Timeouts timeouts() {
        return provider.config().timeouts();
    }

    private void awaitNext() {
        if (answer.answerComplete()) {
            timer.clearOverallDeadline();
            timer.expect(DRAIN_TIMEOUT, this::complete);
        } else {
            expect(timeouts().betweenTokens(), Fault.STALLED, "no next token in time");
        }
    }

    private void expect(Duration timeout, Fault fault, String message) {
        timer.expect(timeout, () -> fail(new AttemptFailure(fault, message)));
    }

    /** Publishes all events from one read of the socket together. */
    private void scheduleFlush() {
        if (!flushScheduled && answer.hasPending()) {
            flushScheduled = true;
            clocks.vertx().runOnContext(_ -> flush());
        }
    }

    private void flush() {
        flushScheduled = false;
        if (!settled && answer.hasPending()) {
            output.publish(answer.drain());
            if (!paused && output.isAboveHighWatermark()) {
                paused = true;
                upstream.pause();
                // no token deadline while paused: the reader is slow, not the provider
                timer.expect(timeouts().total(), () -> {});
                output.whenDrained().onSuccess(_ -> resume());
            }
        }
    }

    private void resume() {
        paused = false;
        if (!settled) {
            awaitNext();
            upstream.resume();
        }
    }

    private void complete() {
        Optional<AttemptFailure> missing = answer.missing();
        if (missing.isPresent()) {
            fail(missing.get());
            return;
        }
        Completed completed = answer.complete();
        Completed end = completed.withUsage(withCost(completed.usage()));
        settle(end);
        logger.completed(end, output.firstEventAfter(startedAt).orElse(Duration.ZERO), elapsedSince(startedAt));
        if (!connectionClosed) {
            upstream.resume();
            timer.clearOverallDeadline();
            timer.expect(DRAIN_TIMEOUT, upstream::abort); // the connection is reused if the response ends in time
        }
    }

    private void fail(AttemptFailure failure) {
        fail(failure.toProblem(provider.config().name()), failure.message());
    }

    private void fail(Problem problem, String message) {
        if (settled) {
            return;
        }
        Failed end = new Failed(problem, withCost(billable ? answer.usage() : Usage.NONE));
        logger.failed(problem, message, end.usage(), elapsedSince(startedAt));
        if (!output.isOpen() && !answer.hasPending()) {
            settled = true;
            ended.complete(outcome(end));
            output.fail(problem);
        } else {
            settle(end);
        }
        timer.cancel();
        upstream.abort();
    }

    private void settle(AnswerEvent end) {
        settled = true;
        List<AnswerEvent> events = new ArrayList<>(answer.drain());
        events.add(end);
        output.publish(events);
        ended.complete(outcome(end));
    }

    private Usage withCost(Usage usage) {
        return open.price().map(price -> price.withCost(usage)).orElse(usage);
    }

    private AttemptOutcome outcome(AnswerEvent end) {
        return new AttemptOutcome(end, output.firstEventAfter(startedAt), elapsedSince(startedAt));
    }

    private Duration elapsedSince(long start) {
        return Duration.ofNanos(now() - start);
    }

    private long now() {
        return clocks.nanos().getAsLong();
    }
}
