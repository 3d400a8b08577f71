package io.parley.http.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.BudgetMessage;
import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.UsageMessage.UsageRecorded;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Tells whoever reads at this port what is being spent and which budgets wear out, each reader no more than concerns it. */
public final class UsageFeed {

    private final Map<UsageSubscriber, Optional<String>> subscribers = new HashMap<>();

    /** Begin to listen. */
    public Future<?> start(Bus bus) {
        return bus.subscribe(Addresses.USAGE_RECORDED, this::onSpent)
                .compose(_ -> bus.subscribe(Addresses.BUDGET_ALERTED, this::onAlert));
    }

    /** @param user whose usage alone concerns the reader; empty means everybody's */
    void add(UsageSubscriber subscriber, Optional<String> user) {
        subscribers.put(subscriber, user);
        subscriber.completion().onComplete(_ -> subscribers.remove(subscriber));
    }

    private void onSpent(UsageRecorded spent) {
        String spender = spent.attempt().requestContext().user();
        broadcast("spent", user -> user.equals(spender), view -> UsageViews.spent(view, spent));
    }

    private void onAlert(Alert alert) {
        broadcast(
                "alert",
                user -> alert.scope().equals(BudgetMessage.USER_PREFIX + user),
                view -> UsageViews.alert(view, alert));
    }

    private void broadcast(String name, Predicate<String> filter, Function<ObjectNode, ObjectNode> writer) {
        List<UsageSubscriber> recipients = subscribers.entrySet().stream()
                .filter(entry -> entry.getValue().map(filter::test).orElse(true))
                .map(Map.Entry::getKey)
                .toList();
        if (!recipients.isEmpty()) {
            Buffer event = UsageSubscriber.event(name, writer.apply(JsonNodeFactory.instance.objectNode()));
            recipients.forEach(subscriber -> subscriber.send(event));
        }
    }
}
