package io.parley.http;

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
final class UsageFeed {

    private final Map<UsageSubscriber, Optional<String>> readers = new HashMap<>();

    /** Begin to listen. */
    Future<?> start(Bus bus) {
        return bus.listen(Addresses.USAGE_SPENT, this::spent)
                .compose(_ -> bus.listen(Addresses.BUDGET_ALERTED, this::alerted));
    }

    /** @param user whose usage alone concerns the reader; empty means everybody's */
    void add(UsageSubscriber reader, Optional<String> user) {
        readers.put(reader, user);
        reader.over().onComplete(_ -> readers.remove(reader));
    }

    private void spent(UsageRecorded spent) {
        String spender = spent.attempt().origin().user();
        tell("spent", user -> user.equals(spender), view -> UsageViews.spent(view, spent));
    }

    private void alerted(Alert alert) {
        tell("alert", user -> alert.scope().equals(BudgetMessage.USER + user), view -> UsageViews.alert(view, alert));
    }

    private void tell(String name, Predicate<String> concerns, Function<ObjectNode, ObjectNode> write) {
        List<UsageSubscriber> told = readers.entrySet().stream()
                .filter(each -> each.getValue().map(concerns::test).orElse(true))
                .map(Map.Entry::getKey)
                .toList();
        if (!told.isEmpty()) {
            Buffer event = UsageSubscriber.event(name, write.apply(JsonNodeFactory.instance.objectNode()));
            told.forEach(reader -> reader.tell(event));
        }
    }
}
