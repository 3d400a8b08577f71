package io.parley.architecture.planted.gateway;

import io.vertx.ext.mongo.MongoClient;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Violates two rules: holds mutable statics, and uses databases outside of persistence. */
final class MutableStatics {
    static int count;
    static final AtomicLong SEEN = new AtomicLong();
    static final List<String> NAMES = new ArrayList<>();
    static final byte[] BYTES = {};

    static void useStores(Connection connection, MongoClient mongo) throws Exception {
        connection.close();
        mongo.close();
    }
}
