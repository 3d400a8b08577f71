package io.parley.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Problem.Reason;
import io.parley.contract.Problem.RejectionReason;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ProblemDetailsTest {

    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(402, "Payment Required"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(406, "Not Acceptable"),
            Map.entry(408, "Request Timeout"),
            Map.entry(409, "Conflict"),
            Map.entry(412, "Precondition Failed"),
            Map.entry(413, "Content Too Large"),
            Map.entry(414, "URI Too Long"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(422, "Validation Failed"),
            Map.entry(426, "Upgrade Required"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(499, "Client Closed Request"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(502, "Bad Gateway"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(504, "Gateway Timeout"),
            Map.entry(505, "HTTP Version Not Supported"));

    static Stream<Problem> problems() {
        Stream<Problem> single = Stream.of(
                new Problem.Malformed("invalid_json", "detail"),
                new Problem.Invalid(List.of()),
                new Problem.Unauthorized(),
                new Problem.Forbidden("admin"),
                new Problem.ModelNotAllowed(),
                new Problem.NotFound(),
                new Problem.Conflict("detail"),
                new Problem.PreconditionFailed(),
                new Problem.RateLimited(Duration.ofSeconds(1)),
                new Problem.BudgetExceeded("global"),
                new Problem.Cancelled("user"),
                new Problem.Internal());
        Stream<Problem> rejected =
                Arrays.stream(RejectionReason.values()).map(reason -> new Problem.Rejected(reason, "detail"));
        Stream<Problem> failed =
                Arrays.stream(Fault.values()).map(fault -> new Problem.ProviderFailed("p", fault, Optional.empty()));
        Stream<Problem> unavailable =
                Arrays.stream(Reason.values()).map(reason -> new Problem.Unavailable(reason, Duration.ofSeconds(1)));
        return Stream.of(single, rejected, failed, unavailable).flatMap(problems -> problems);
    }

    @ParameterizedTest
    @MethodSource("problems")
    @DisplayName("the title of a problem is the reason phrase of its status")
    void title(Problem problem) {
        assertThat(new ProblemDetails().body(problem, "req_1").get("title").asText())
                .isEqualTo(TITLES.get(problem.status()));
    }
}
