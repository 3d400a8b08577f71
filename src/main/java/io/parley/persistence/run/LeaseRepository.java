package io.parley.persistence.run;

import io.parley.contract.StoreMessage.LeaseRef;
import io.parley.contract.StoreMessage.RenewLeases;
import io.parley.contract.StoreMessage.Renewed;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentMapper;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Query;
import io.parley.persistence.store.Query.Order;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Renews the leases of many runs at once, without reading their documents. */
public final class LeaseRepository {

    private final DocumentStore store;

    public LeaseRepository(DocumentStore store) {
        this.store = store;
    }

    public Future<Renewed> renew(RenewLeases renew) {
        Map<Integer, Set<String>> runs = renew.leases().stream()
                .collect(Collectors.groupingBy(LeaseRef::epoch, Collectors.mapping(LeaseRef::run, Collectors.toSet())));
        List<Future<List<String>>> renewals = runs.entrySet().stream()
                .map(entry -> renew(renew, entry.getKey(), entry.getValue()))
                .toList();
        return Future.all(renewals)
                .map(_ -> new Renewed(renewals.stream()
                        .flatMap(renewal -> renewal.result().stream())
                        .toList()));
    }

    /** Returns the runs whose lease is held by another instance. */
    private Future<List<String>> renew(RenewLeases renew, int epoch, Set<String> runs) {
        Filter owned = Filter.where(RunSchema.LEASE_HOLDER, renew.owner())
                .and(RunSchema.LEASE_EPOCH, epoch)
                .withIds(runs);
        return store.set(RunSchema.RUNS, owned, Map.of(RunSchema.LEASE_UNTIL, DocumentMapper.time(renew.until())))
                .compose(count -> count == runs.size() ? Future.succeededFuture(List.of()) : findLost(owned, runs));
    }

    private Future<List<String>> findLost(Filter owned, Set<String> runs) {
        Query query = new Query(owned, Order.ascendingBy(RunSchema.CREATED), runs.size(), Optional.empty());
        return store.find(RunSchema.RUNS, query).map(found -> {
            Set<String> stillHeld = found.stream().map(Document::id).collect(Collectors.toSet());
            return runs.stream().filter(run -> !stillHeld.contains(run)).toList();
        });
    }
}
