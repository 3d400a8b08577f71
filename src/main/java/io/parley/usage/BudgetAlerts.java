package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.BudgetMessage.Level;
import io.parley.contract.LedgerMessage.AddAlert;
import io.parley.contract.WireName;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Raises one alert for each budget and period when it is nearly exceeded, and one when it is exceeded. */
final class BudgetAlerts {

    private static final Logger LOG = LoggerFactory.getLogger(BudgetAlerts.class);
    private static final int MAX_RAISED = 50_000;

    private final Bus bus;
    private final InstantSource clock;
    private final Set<String> raised = new HashSet<>();

    BudgetAlerts(Bus bus, InstantSource clock) {
        this.bus = bus;
        this.clock = clock;
    }

    /** Raises an alert if {@code spent} has reached the warning threshold or the limit. */
    void check(BudgetLimit limit, long spent) {
        if (limit.exceeded(spent)) {
            raise(limit, Level.EXCEEDED, spent);
        } else if (limit.nearlyExceeded(spent)) {
            raise(limit, Level.WARNING, spent);
        }
    }

    /** Raises an alert because a reservation was rejected. */
    void rejected(BudgetLimit limit, long spent) {
        raise(limit, Level.EXCEEDED, spent);
    }

    private void raise(BudgetLimit limit, Level level, long spent) {
        String id = limit.account() + "|" + WireName.of(level);
        if (raised.size() > MAX_RAISED) {
            raised.clear(); // the store still ignores alerts that it has
        }
        if (raised.add(id)) {
            Alert alert = new Alert(
                    id,
                    limit.budget().scope(),
                    level,
                    limit.period(),
                    limit.micros(),
                    spent,
                    limit.blocks() && level == Level.EXCEEDED,
                    clock.instant());
            bus.request(Addresses.STORE_ADD_ALERT, new AddAlert(alert))
                    .onSuccess(added -> {
                        if (added.created()) {
                            publish(alert);
                        }
                    })
                    .onFailure(_ -> raised.remove(id)); // so that the next check retries
        }
    }

    private void publish(Alert alert) {
        LOG.atWarn()
                .addKeyValue("scope", alert.scope())
                .addKeyValue("level", alert.level())
                .addKeyValue("period", alert.period())
                .log("budget alert raised");
        bus.publish(Addresses.BUDGET_ALERTED, alert);
    }
}
