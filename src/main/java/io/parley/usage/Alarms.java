package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.BooksMessage.AddAlert;
import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.BudgetMessage.Level;
import io.parley.contract.WireName;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once for each budget and period that it is nearly spent, and once that it is spent. */
final class Alarms {

    private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);
    private static final int REMEMBERED = 50_000;

    private final Bus bus;
    private final InstantSource clock;
    private final Set<String> raised = new HashSet<>();

    Alarms(Bus bus, InstantSource clock) {
        this.bus = bus;
        this.clock = clock;
    }

    /** Look whether what is spent is worth an alert. */
    void check(Limit limit, long spent) {
        if (limit.spent(spent)) {
            raise(limit, Level.EXCEEDED, spent);
        } else if (limit.nearlySpent(spent)) {
            raise(limit, Level.WARNING, spent);
        }
    }

    /** Somebody was refused. */
    void refused(Limit limit, long spent) {
        raise(limit, Level.EXCEEDED, spent);
    }

    private void raise(Limit limit, Level level, long spent) {
        String id = limit.account() + "|" + WireName.of(level);
        if (raised.size() > REMEMBERED) {
            raised.clear(); // the store remembers
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
            bus.ask(Addresses.STORE_ADD_ALERT, new AddAlert(alert))
                    .onSuccess(added -> {
                        if (added.fresh()) {
                            tell(alert);
                        }
                    })
                    .onFailure(_ -> raised.remove(id)); // the next look raises it again
        }
    }

    private void tell(Alert alert) {
        LOG.atWarn()
                .addKeyValue("scope", alert.scope())
                .addKeyValue("level", alert.level())
                .addKeyValue("period", alert.period())
                .log("a budget is spent, or nearly so");
        bus.tell(Addresses.BUDGET_ALERTED, alert);
    }
}
