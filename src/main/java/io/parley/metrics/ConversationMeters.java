package io.parley.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.FactMessage.RunEnded;
import io.parley.contract.FactMessage.RunStarted;
import io.parley.contract.RunMessage.RunCount;
import io.parley.contract.WireName;

/** Meters of conversations. */
final class ConversationMeters {

    private final MeterProvider<Counter> started;
    private final MeterProvider<Counter> ended;
    private final MeterProvider<Counter> alerts;
    private final Counter turns;
    private final Counter flows;
    private RunCount openRuns = new RunCount(0);

    ConversationMeters(MeterRegistry registry) {
        this.started = Counter.builder("parley.runs.started")
                .description("Conversations started")
                .withRegistry(registry);
        this.ended = Counter.builder("parley.runs.ended")
                .description("Conversations ended, by status")
                .withRegistry(registry);
        this.alerts = Counter.builder("parley.budget.alerts")
                .description("Budget alerts raised, by level")
                .withRegistry(registry);
        this.turns = Counter.builder("parley.turns")
                .description("Turns completed and stored")
                .register(registry);
        this.flows = Counter.builder("parley.flows")
                .description("Flows extracted from conversations")
                .register(registry);
        Gauge.builder("parley.runs.open", this, meters -> meters.openRuns.runs())
                .description("Conversations in progress")
                .register(registry);
    }

    void openRuns(RunCount runs) {
        openRuns = runs;
    }

    void started(RunStarted run) {
        started.withTag("kind", run.kind()).increment();
    }

    void ended(RunEnded run) {
        ended.withTag("status", run.status().wireName()).increment();
    }

    void turnCompleted() {
        turns.increment();
    }

    void flowExtracted() {
        flows.increment();
    }

    void budgetAlerted(Alert alert) {
        alerts.withTag("level", WireName.of(alert.level())).increment();
    }
}
