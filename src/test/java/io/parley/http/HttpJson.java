package io.parley.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.HttpTestClient;
import java.net.http.HttpResponse;

/** Reads JSON responses. */
public final class HttpJson {

    private HttpJson() {}

    /** Returns the body of a response that must have this status. */
    public static JsonNode of(HttpResponse<String> answer, int status) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return HttpTestClient.json(answer);
    }
}
