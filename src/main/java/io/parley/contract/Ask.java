package io.parley.contract;

/** Addresses a request with one reply. Named {@code <owner>.<verb>}. */
public record Ask<Q extends Message, R extends Message>(String name, Class<Q> requestType, Class<R> replyType) {}
