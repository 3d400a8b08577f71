package io.parley.gateway.call;

import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Problem;
import io.parley.gateway.routing.Candidate;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Logs retries and fallbacks of a call. The provider logs the failures that cause them. */
final class GatewayCallLogger {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayCallLogger.class);

    private final Open open;

    GatewayCallLogger(Open open) {
        this.open = open;
    }

    void retry(Candidate candidate, Problem problem, Duration delay) {
        line(candidate, problem).addKeyValue("pause_ms", delay.toMillis()).log("provider call will be retried");
    }

    void fallback(Candidate candidate, Problem problem) {
        line(candidate, problem).log("provider call falls back to another provider");
    }

    private LoggingEventBuilder line(Candidate candidate, Problem problem) {
        return LOG.atInfo()
                .addKeyValue("request_id", open.requestContext().requestId())
                .addKeyValue("user_id", open.requestContext().user())
                .addKeyValue("call_id", open.callId())
                .addKeyValue("provider", candidate.provider())
                .addKeyValue("model", candidate.model())
                .addKeyValue("code", problem.code());
    }
}
