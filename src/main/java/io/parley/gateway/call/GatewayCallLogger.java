package io.parley.gateway.call;

import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Problem;
import io.parley.gateway.routing.Candidate;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes down when a call is repeated or goes elsewhere; the provider has written down why. */
final class GatewayCallLogger {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayCallLogger.class);

    private final Open open;

    GatewayCallLogger(Open open) {
        this.open = open;
    }

    void retry(Candidate candidate, Problem problem, Duration delay) {
        line(candidate, problem).addKeyValue("pause_ms", delay.toMillis()).log("a call is repeated");
    }

    void fallback(Candidate candidate, Problem problem) {
        line(candidate, problem).log("a call goes elsewhere");
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
