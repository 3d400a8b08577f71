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

/** Sends recorded usage and budget alerts to the subscribers of this HTTP instance, each filtered by user. */
public final class UsageFeed {

    private final Map<UsageSubscriber, Optional<String>> subscribers = new HashMap<>();

    /** Subscribes to recorded usage and budget alerts. */
    public Future<?> start(Bus bus) {
        return bus.subscribe(Addresses.USAGE_RECORDED, this::onRecorded)
                .compose(_ -> bus.subscribe(Addresses.BUDGET_ALERTED, this::onAlert));
    }

    /** @param user the only user whose events are sent; empty means all users */
    void add(UsageSubscriber subscriber, Optional<String> user) {
        subscribers.put(subscriber, user);
        subscriber.completion().onComplete(_ -> subscribers.remove(subscriber));
    }

    private void onRecorded(UsageRecorded recorded) {
        String user = recorded.attempt().requestContext().user();
        broadcast("spent", user::equals, view -> UsageViews.recorded(view, recorded));
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
