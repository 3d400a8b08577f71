package io.parley.provider.attempt;

import io.parley.config.ProviderConfig;
import io.parley.contract.AnswerEvent;
import io.parley.contract.Problem;
import io.parley.contract.ProviderMessage.Open;
import io.parley.contract.Usage;
import io.parley.provider.profile.RefusableOption;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Logs the start and the end of provider calls, with none of the provider's own words. */
final class AttemptLogger {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptLogger.class);

    private final ProviderConfig provider;
    private final Open call;

    AttemptLogger(ProviderConfig provider, Open call) {
        this.provider = provider;
        this.call = call;
    }

    void started() {
        line(LOG.atInfo()).log("provider call started");
    }

    void repeated(Set<RefusableOption> refused) {
        line(LOG.atInfo()).addKeyValue("refused", refused).log("provider call repeated without refused options");
    }

    void completed(AnswerEvent.Completed end, Duration firstToken, Duration total) {
        usage(line(LOG.atInfo()), end.usage())
                .addKeyValue("finish_reason", end.reason().wireName())
                .addKeyValue("provider_model", printable(end.model()))
                .addKeyValue("first_token_ms", firstToken.toMillis())
                .addKeyValue("duration_ms", total.toMillis())
                .log("provider call completed");
    }

    void failed(Problem problem, String message, Usage usage, Duration total) {
        LoggingEventBuilder line = problem instanceof Problem.Cancelled ? LOG.atInfo() : LOG.atWarn();
        usage(line(line), usage)
                .addKeyValue("code", problem.code())
                .addKeyValue("fault", fault(problem))
                .addKeyValue("reason", message)
                .addKeyValue("duration_ms", total.toMillis())
                .log("provider call failed");
    }

    private LoggingEventBuilder line(LoggingEventBuilder line) {
        return line.addKeyValue("request_id", call.requestContext().requestId())
                .addKeyValue("user_id", call.requestContext().user())
                .addKeyValue("context_id", call.requestContext().contextId().orElse(""))
                .addKeyValue("run_id", call.requestContext().runId().orElse(""))
                .addKeyValue("call_id", call.callId())
                .addKeyValue("provider", provider.name())
                .addKeyValue("model", call.model());
    }

    private static LoggingEventBuilder usage(LoggingEventBuilder line, Usage usage) {
        return line.addKeyValue("input_tokens", usage.inputTokens())
                .addKeyValue("output_tokens", usage.outputTokens())
                .addKeyValue("estimated", usage.estimated());
    }

    private static String fault(Problem problem) {
        return problem instanceof Problem.ProviderFailed failed ? failed.fault().wireName() : "";
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
