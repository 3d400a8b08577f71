package io.parley.contract;

/** The address of a question with one answer. Named {@code <owner>.<verb>}. */
public record Ask<Q extends Message, R extends Message>(String name, Class<Q> question, Class<R> answer) {}
