package io.parley.persistence;

import io.parley.contract.StoreMessage.LeaseRef;
import io.parley.contract.StoreMessage.RenewLeases;
import io.parley.contract.StoreMessage.Renewed;
import io.parley.persistence.Query.Order;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Renews the leases of many runs at once, without reading their documents. */
final class LeaseRepository {

    private final DocumentStore store;

    LeaseRepository(DocumentStore store) {
        this.store = store;
    }

    Future<Renewed> renew(RenewLeases renew) {
        Map<Integer, Set<String>> runs = renew.leases().stream()
                .collect(Collectors.groupingBy(LeaseRef::epoch, Collectors.mapping(LeaseRef::run, Collectors.toSet())));
        List<Future<List<String>>> renewals = runs.entrySet().stream()
                .map(each -> renew(renew, each.getKey(), each.getValue()))
                .toList();
        return Future.all(renewals)
                .map(_ -> new Renewed(renewals.stream()
                        .flatMap(lost -> lost.result().stream())
                        .toList()));
    }

    /** Returns the runs whose lease is held by another instance. */
    private Future<List<String>> renew(RenewLeases renew, int epoch, Set<String> runs) {
        Filter held = Filter.where(Schema.HOLDER, renew.owner())
                .and(Schema.EPOCH, epoch)
                .withIds(runs);
        return store.set(Schema.RUNS, held, Map.of(Schema.UNTIL, DocumentMapper.time(renew.until())))
                .compose(count -> count == runs.size() ? Future.succeededFuture(List.of()) : lost(held, runs));
    }

    private Future<List<String>> lost(Filter held, Set<String> runs) {
        Query query = new Query(held, Order.up(Schema.CREATED), runs.size(), Optional.empty());
        return store.find(Schema.RUNS, query).map(found -> {
            Set<String> kept = found.stream().map(Document::id).collect(Collectors.toSet());
            return runs.stream().filter(run -> !kept.contains(run)).toList();
        });
    }
}
