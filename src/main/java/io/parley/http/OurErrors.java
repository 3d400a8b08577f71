package io.parley.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;

/** Errors as RFC 9457 has them. */
final class OurErrors implements ErrorForm {

    @Override
    public int status(Problem problem) {
        return problem.status();
    }

    @Override
    public String type() {
        return "application/problem+json; charset=utf-8";
    }

    @Override
    public ObjectNode body(Problem problem, String requestId) {
        return Problems.body(problem, requestId);
    }
}
