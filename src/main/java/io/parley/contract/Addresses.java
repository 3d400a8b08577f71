package io.parley.contract;

/** Every address of the bus; there is no address string anywhere else. */
public final class Addresses {

    public static final Topic<ServerMessage.Draining> SERVER_DRAINING =
            new Topic<>("server.draining", ServerMessage.Draining.class);
    /** What goes on at one event loop's share of the public port; told every second. */
    public static final Topic<ServerMessage.Traffic> HTTP_COUNTED =
            new Topic<>("http.counted", ServerMessage.Traffic.class);
    /** A request that is traced has been answered; told only when requests are traced. */
    public static final Topic<ServerMessage.Served> HTTP_SERVED =
            new Topic<>("http.served", ServerMessage.Served.class);

    public static final Topic<FactMessage.RunStarted> RUN_STARTED =
            new Topic<>("run.started", FactMessage.RunStarted.class);
    public static final Topic<FactMessage.TurnCompleted> TURN_COMPLETED =
            new Topic<>("turn.completed", FactMessage.TurnCompleted.class);
    public static final Topic<FactMessage.RunEnded> RUN_ENDED = new Topic<>("run.ended", FactMessage.RunEnded.class);
    public static final Topic<FactMessage.FlowExtracted> FLOW_EXTRACTED =
            new Topic<>("flow.extracted", FactMessage.FlowExtracted.class);

    /** One attempt at one vendor has ended; told once for each. */
    public static final Topic<UsageMessage.Attempt> ATTEMPT_ENDED =
            new Topic<>("attempt.ended", UsageMessage.Attempt.class);
    /** Set money aside before an attempt. */
    public static final Ask<UsageMessage.Reserve, UsageMessage.Reserved> USAGE_RESERVE =
            new Ask<>("usage.reserve", UsageMessage.Reserve.class, UsageMessage.Reserved.class);
    /** Give back what was set aside for an attempt that is not made. */
    public static final Ask<UsageMessage.Release, StreamMessage.Done> USAGE_RELEASE =
            new Ask<>("usage.release", UsageMessage.Release.class, StreamMessage.Done.class);
    /** Estimate the tokens and the money of a prompt. */
    public static final Ask<UsageMessage.Estimate, UsageMessage.Estimated> USAGE_ESTIMATE =
            new Ask<>("usage.estimate", UsageMessage.Estimate.class, UsageMessage.Estimated.class);
    /** An attempt is booked; told once for each. */
    public static final Topic<UsageMessage.Spent> USAGE_SPENT = new Topic<>("usage.spent", UsageMessage.Spent.class);
    /** Report what was used; too much for one answer is a {@link Problem.Invalid}. */
    public static final Ask<UsageMessage.Report, UsageMessage.Rows> USAGE_REPORT =
            new Ask<>("usage.report", UsageMessage.Report.class, UsageMessage.Rows.class);

    public static final Ask<UsageMessage.Summarize, UsageMessage.Summary> USAGE_SUMMARIZE =
            new Ask<>("usage.summarize", UsageMessage.Summarize.class, UsageMessage.Summary.class);

    public static final Ask<BudgetMessage.Put, BudgetMessage.State> BUDGET_PUT =
            new Ask<>("budget.put", BudgetMessage.Put.class, BudgetMessage.State.class);
    public static final Ask<BudgetMessage.Read, BudgetMessage.State> BUDGET_READ =
            new Ask<>("budget.read", BudgetMessage.Read.class, BudgetMessage.State.class);
    public static final Topic<BudgetMessage.Changed> BUDGET_CHANGED =
            new Topic<>("budget.changed", BudgetMessage.Changed.class);
    /** A budget is nearly spent, or spent; told once for each period and level. */
    public static final Topic<BudgetMessage.Alert> BUDGET_ALERTED =
            new Topic<>("budget.alerted", BudgetMessage.Alert.class);

    public static final Ask<KeyMessage.Create, KeyMessage.Created> KEY_CREATE =
            new Ask<>("key.create", KeyMessage.Create.class, KeyMessage.Created.class);
    public static final Ask<KeyMessage.Revoke, StreamMessage.Done> KEY_REVOKE =
            new Ask<>("key.revoke", KeyMessage.Revoke.class, StreamMessage.Done.class);
    public static final Topic<KeyMessage.Revoked> KEY_REVOKED = new Topic<>("key.revoked", KeyMessage.Revoked.class);
    /** Whose key is this? Answered also where nothing else is verified. */
    public static final Ask<AuthMessage.Verify, AuthMessage.Caller> KEY_VERIFY =
            new Ask<>("key.verify", AuthMessage.Verify.class, AuthMessage.Caller.class);

    public static final Ask<AuthMessage.Verify, AuthMessage.Caller> AUTH_VERIFY =
            new Ask<>("auth.verify", AuthMessage.Verify.class, AuthMessage.Caller.class);
    public static final Ask<AuthMessage.Ready, StreamMessage.Done> AUTH_READY =
            new Ask<>("auth.ready", AuthMessage.Ready.class, StreamMessage.Done.class);

    /** Begin a chat; answered when its run is stored and its log can be followed. */
    public static final Ask<RunMessage.StartChat, StreamMessage.Opened> RUN_START =
            new Ask<>("run.start", RunMessage.StartChat.class, StreamMessage.Opened.class);
    /** Begin a two-agent conversation; answered when its run is stored. */
    public static final Ask<RunMessage.StartDuo, StreamMessage.Opened> RUN_START_DUO =
            new Ask<>("run.start-duo", RunMessage.StartDuo.class, StreamMessage.Opened.class);
    /** Begin a run that shares the past of another. */
    public static final Ask<RunMessage.Fork, StreamMessage.Opened> RUN_FORK =
            new Ask<>("run.fork", RunMessage.Fork.class, StreamMessage.Opened.class);
    /** Tell a two-agent conversation what to do; an ended one is a {@link Problem.Conflict}. */
    public static final Ask<RunMessage.Command, RunMessage.State> RUN_COMMAND =
            new Ask<>("run.command", RunMessage.Command.class, RunMessage.State.class);
    /** Go on with a run that was taken over. */
    public static final Ask<RunMessage.TakenOver, StreamMessage.Done> RUN_GO_ON =
            new Ask<>("run.go-on", RunMessage.TakenOver.class, StreamMessage.Done.class);
    /** Give a run up. */
    public static final Ask<RunMessage.Stop, RunMessage.State> RUN_STOP =
            new Ask<>("run.stop", RunMessage.Stop.class, RunMessage.State.class);
    /** How many runs are under way. */
    public static final Ask<RunMessage.Count, RunMessage.Counted> RUN_COUNT =
            new Ask<>("run.count", RunMessage.Count.class, RunMessage.Counted.class);

    /** Wait for all runs to end, and end those that do not. */
    public static final Ask<ServerMessage.Drain, StreamMessage.Done> RUN_DRAIN =
            new Ask<>("run.drain", ServerMessage.Drain.class, StreamMessage.Done.class);

    /** Begin a log. One that is opened with its end is stored whole, or not at all. */
    public static final Ask<RunMessage.OpenLog, StreamMessage.Opened> JOURNAL_OPEN =
            new Ask<>("journal.open", RunMessage.OpenLog.class, StreamMessage.Opened.class);

    public static final Ask<RunMessage.Speak, RunMessage.Spoken> JOURNAL_SPEAK =
            new Ask<>("journal.speak", RunMessage.Speak.class, RunMessage.Spoken.class);
    public static final Ask<RunMessage.Write, StreamMessage.Done> JOURNAL_WRITE =
            new Ask<>("journal.write", RunMessage.Write.class, StreamMessage.Done.class);
    public static final Ask<RunMessage.Hush, StreamMessage.Done> JOURNAL_HUSH =
            new Ask<>("journal.hush", RunMessage.Hush.class, StreamMessage.Done.class);
    /** Find a run's log, in memory or in the store. */
    public static final Ask<RunMessage.Attach, StreamMessage.Opened> JOURNAL_ATTACH =
            new Ask<>("journal.attach", RunMessage.Attach.class, StreamMessage.Opened.class);
    /** Read a run's transcript as it stands. */
    public static final Ask<RunMessage.Read, RunMessage.Transcript> JOURNAL_READ =
            new Ask<>("journal.read", RunMessage.Read.class, RunMessage.Transcript.class);
    /** Read a run's transcript with all the events that it is the fold of. */
    public static final Ask<RunMessage.ReadLog, RunMessage.WholeLog> JOURNAL_READ_LOG =
            new Ask<>("journal.read-log", RunMessage.ReadLog.class, RunMessage.WholeLog.class);

    /** Write a run as a document. */
    public static final Ask<ExportMessage.Export, ExportMessage.Exported> EXPORT =
            new Ask<>("export.write", ExportMessage.Export.class, ExportMessage.Exported.class);
    /** Read a document as a new run. */
    public static final Ask<ExportMessage.Import, ExportMessage.Imported> EXPORT_IMPORT =
            new Ask<>("export.import", ExportMessage.Import.class, ExportMessage.Imported.class);

    public static final Ask<GatewayMessage.Open, GatewayMessage.Answering> GATEWAY_OPEN =
            new Ask<>("gateway.open", GatewayMessage.Open.class, GatewayMessage.Answering.class);
    public static final Ask<GatewayMessage.Check, GatewayMessage.Checked> GATEWAY_CHECK =
            new Ask<>("gateway.check", GatewayMessage.Check.class, GatewayMessage.Checked.class);
    /** Cancel a call by its id, in whatever stage it is. */
    public static final Ask<StreamMessage.Cancel, StreamMessage.Done> GATEWAY_CANCEL =
            new Ask<>("gateway.cancel", StreamMessage.Cancel.class, StreamMessage.Done.class);

    /** How the providers fare, and which models there are. */
    public static final Ask<GatewayMessage.Look, GatewayMessage.State> GATEWAY_HEALTH =
            new Ask<>("gateway.health", GatewayMessage.Look.class, GatewayMessage.State.class);
    /** What the gateway has had to do since it was opened. */
    public static final Ask<GatewayMessage.Count, GatewayMessage.Counts> GATEWAY_COUNT =
            new Ask<>("gateway.count", GatewayMessage.Count.class, GatewayMessage.Counts.class);

    /** All metrics as they stand, for Prometheus. */
    public static final Ask<MetricsMessage.Read, MetricsMessage.Page> METRICS_READ =
            new Ask<>("metrics.read", MetricsMessage.Read.class, MetricsMessage.Page.class);

    /** A vendor has said what is left of its own limits. */
    public static final Topic<ProviderMessage.Paced> PROVIDER_PACED =
            new Topic<>("provider.paced", ProviderMessage.Paced.class);

    public static final Ask<FlowMessage.Extract, FlowMessage.Extracted> FLOW_EXTRACT =
            new Ask<>("flow.extract", FlowMessage.Extract.class, FlowMessage.Extracted.class);
    /** Give an extraction up, by its call id. */
    public static final Ask<StreamMessage.Cancel, StreamMessage.Done> FLOW_CANCEL =
            new Ask<>("flow.cancel", StreamMessage.Cancel.class, StreamMessage.Done.class);

    public static final Ask<FlowMessage.Create, FlowMessage.Flow> FLOW_CREATE =
            new Ask<>("flow.create", FlowMessage.Create.class, FlowMessage.Flow.class);
    public static final Ask<FlowMessage.Load, FlowMessage.Flow> FLOW_LOAD =
            new Ask<>("flow.load", FlowMessage.Load.class, FlowMessage.Flow.class);
    public static final Ask<FlowMessage.Listing, FlowMessage.Flows> FLOW_LIST =
            new Ask<>("flow.list", FlowMessage.Listing.class, FlowMessage.Flows.class);
    public static final Ask<FlowMessage.Change, FlowMessage.Flow> FLOW_CHANGE =
            new Ask<>("flow.change", FlowMessage.Change.class, FlowMessage.Flow.class);
    public static final Ask<FlowMessage.Delete, StreamMessage.Done> FLOW_DELETE =
            new Ask<>("flow.delete", FlowMessage.Delete.class, StreamMessage.Done.class);

    public static final Ask<ContextMessage.Create, ContextMessage.Context> CONTEXT_CREATE =
            new Ask<>("context.create", ContextMessage.Create.class, ContextMessage.Context.class);
    public static final Ask<ContextMessage.Load, ContextMessage.Context> CONTEXT_LOAD =
            new Ask<>("context.load", ContextMessage.Load.class, ContextMessage.Context.class);
    public static final Ask<ContextMessage.Listing, ContextMessage.Contexts> CONTEXT_LIST =
            new Ask<>("context.list", ContextMessage.Listing.class, ContextMessage.Contexts.class);
    public static final Ask<ContextMessage.Change, ContextMessage.Context> CONTEXT_CHANGE =
            new Ask<>("context.change", ContextMessage.Change.class, ContextMessage.Context.class);
    public static final Ask<ContextMessage.Delete, StreamMessage.Done> CONTEXT_DELETE =
            new Ask<>("context.delete", ContextMessage.Delete.class, StreamMessage.Done.class);

    public static final Ask<StoreMessage.InsertRun, StreamMessage.Done> STORE_INSERT_RUN =
            new Ask<>("store.insert-run", StoreMessage.InsertRun.class, StreamMessage.Done.class);
    public static final Ask<StoreMessage.ReplaceRun, StoreMessage.Replaced> STORE_REPLACE_RUN =
            new Ask<>("store.replace-run", StoreMessage.ReplaceRun.class, StoreMessage.Replaced.class);
    public static final Ask<StoreMessage.LoadRun, RunMessage.Run> STORE_LOAD_RUN =
            new Ask<>("store.load-run", StoreMessage.LoadRun.class, RunMessage.Run.class);
    public static final Ask<StoreMessage.ListRuns, RunMessage.Runs> STORE_LIST_RUNS =
            new Ask<>("store.list-runs", StoreMessage.ListRuns.class, RunMessage.Runs.class);
    public static final Ask<StoreMessage.ListOpenRuns, RunMessage.Runs> STORE_LIST_OPEN_RUNS =
            new Ask<>("store.list-open-runs", StoreMessage.ListOpenRuns.class, RunMessage.Runs.class);
    public static final Ask<StoreMessage.RenewLeases, StoreMessage.Renewed> STORE_RENEW_LEASES =
            new Ask<>("store.renew-leases", StoreMessage.RenewLeases.class, StoreMessage.Renewed.class);
    public static final Ask<StoreMessage.DeleteRun, StreamMessage.Done> STORE_DELETE_RUN =
            new Ask<>("store.delete-run", StoreMessage.DeleteRun.class, StreamMessage.Done.class);
    public static final Ask<StoreMessage.Append, StoreMessage.Appended> STORE_APPEND =
            new Ask<>("store.append", StoreMessage.Append.class, StoreMessage.Appended.class);
    public static final Ask<StoreMessage.ReadBatches, StoreMessage.Batches> STORE_READ_BATCHES =
            new Ask<>("store.read-batches", StoreMessage.ReadBatches.class, StoreMessage.Batches.class);
    public static final Ask<StoreMessage.Claim, StoreMessage.Claimed> STORE_CLAIM =
            new Ask<>("store.claim", StoreMessage.Claim.class, StoreMessage.Claimed.class);
    public static final Ask<StoreMessage.Ping, StreamMessage.Done> STORE_PING =
            new Ask<>("store.ping", StoreMessage.Ping.class, StreamMessage.Done.class);

    public static final Ask<BooksMessage.Book, BooksMessage.Booked> STORE_BOOK =
            new Ask<>("store.book", BooksMessage.Book.class, BooksMessage.Booked.class);
    public static final Ask<BooksMessage.Count, StreamMessage.Done> STORE_COUNT =
            new Ask<>("store.count", BooksMessage.Count.class, StreamMessage.Done.class);
    public static final Ask<BooksMessage.Beat, StreamMessage.Done> STORE_BEAT =
            new Ask<>("store.beat", BooksMessage.Beat.class, StreamMessage.Done.class);
    public static final Ask<BooksMessage.Recover, StreamMessage.Done> STORE_RECOVER =
            new Ask<>("store.recover", BooksMessage.Recover.class, StreamMessage.Done.class);
    public static final Ask<BooksMessage.Sum, UsageMessage.Rows> STORE_SUM =
            new Ask<>("store.sum", BooksMessage.Sum.class, UsageMessage.Rows.class);
    public static final Ask<BooksMessage.Hold, BooksMessage.Held> STORE_HOLD =
            new Ask<>("store.hold", BooksMessage.Hold.class, BooksMessage.Held.class);
    public static final Ask<BooksMessage.ReadAccount, BooksMessage.Account> STORE_READ_ACCOUNT =
            new Ask<>("store.read-account", BooksMessage.ReadAccount.class, BooksMessage.Account.class);
    public static final Ask<BooksMessage.PutBudget, StreamMessage.Done> STORE_PUT_BUDGET =
            new Ask<>("store.put-budget", BooksMessage.PutBudget.class, StreamMessage.Done.class);
    public static final Ask<BooksMessage.ReadBudget, BudgetMessage.Budget> STORE_READ_BUDGET =
            new Ask<>("store.read-budget", BooksMessage.ReadBudget.class, BudgetMessage.Budget.class);
    public static final Ask<BooksMessage.ListBudgets, BooksMessage.Budgets> STORE_LIST_BUDGETS =
            new Ask<>("store.list-budgets", BooksMessage.ListBudgets.class, BooksMessage.Budgets.class);
    public static final Ask<BooksMessage.AddAlert, BooksMessage.Added> STORE_ADD_ALERT =
            new Ask<>("store.add-alert", BooksMessage.AddAlert.class, BooksMessage.Added.class);
    public static final Ask<BudgetMessage.ListAlerts, BudgetMessage.Alerts> STORE_LIST_ALERTS =
            new Ask<>("store.list-alerts", BudgetMessage.ListAlerts.class, BudgetMessage.Alerts.class);
    public static final Ask<KeyMessage.Insert, StreamMessage.Done> STORE_INSERT_KEY =
            new Ask<>("store.insert-key", KeyMessage.Insert.class, StreamMessage.Done.class);
    public static final Ask<KeyMessage.Find, KeyMessage.Issued> STORE_FIND_KEY =
            new Ask<>("store.find-key", KeyMessage.Find.class, KeyMessage.Issued.class);
    public static final Ask<KeyMessage.Listing, KeyMessage.Keys> STORE_LIST_KEYS =
            new Ask<>("store.list-keys", KeyMessage.Listing.class, KeyMessage.Keys.class);
    public static final Ask<KeyMessage.Revoke, StreamMessage.Done> STORE_REVOKE_KEY =
            new Ask<>("store.revoke-key", KeyMessage.Revoke.class, StreamMessage.Done.class);

    private Addresses() {}

    /** Make one attempt with the vendor {@code name}. */
    public static Ask<ProviderMessage.Open, StreamMessage.Opened> providerOpen(String name) {
        return new Ask<>("provider." + name + ".open", ProviderMessage.Open.class, StreamMessage.Opened.class);
    }

    /** Cancel a call of the vendor {@code name} that is still being opened; once it is open, {@link #cancel} its source. */
    public static Ask<StreamMessage.Cancel, StreamMessage.Done> providerCancel(String name) {
        return new Ask<>("provider." + name + ".cancel", StreamMessage.Cancel.class, StreamMessage.Done.class);
    }

    /** See whether the vendor {@code name} is there and lets us in; fails with what is wrong. */
    public static Ask<ProviderMessage.Probe, StreamMessage.Done> providerProbe(String name) {
        return new Ask<>("provider." + name + ".probe", ProviderMessage.Probe.class, StreamMessage.Done.class);
    }

    /** Cancel a log that lives at {@code source}: nobody wants the rest. */
    public static Ask<StreamMessage.Cancel, StreamMessage.Done> cancel(String source) {
        return new Ask<>(source + ".cancel", StreamMessage.Cancel.class, StreamMessage.Done.class);
    }

    /** Follow a log that lives at {@code source}. */
    public static Ask<StreamMessage.Follow, StreamMessage.Batch> follow(String source) {
        return new Ask<>(source, StreamMessage.Follow.class, StreamMessage.Batch.class);
    }
}
