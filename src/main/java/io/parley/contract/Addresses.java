package io.parley.contract;

/**
 * Lists every address of the event bus. No other class writes an address as a string.
 *
 * <p>In addition to the problems named at an address, every request may fail with {@link Problem.Unavailable} when the
 * component or the store does not respond, with {@link Problem.Malformed} when it is JSON that does not match its
 * record, and with {@link Problem.Internal}.
 */
public final class Addresses {

    /** Published once when the server begins to shut down; components accept no new work from then on. */
    public static final Topic<ServerMessage.Draining> SERVER_DRAINING =
            new Topic<>("server.draining", ServerMessage.Draining.class);
    /**
     * Published every second by each event loop that serves the public port, with the counters of that HTTP instance.
     */
    public static final Topic<ServerMessage.HttpStats> HTTP_STATS =
            new Topic<>("http.stats", ServerMessage.HttpStats.class);
    /**
     * Published after a traced request has completed or its client has disconnected; only when request tracing is on.
     */
    public static final Topic<ServerMessage.RequestCompleted> HTTP_REQUEST_COMPLETED =
            new Topic<>("http.request-completed", ServerMessage.RequestCompleted.class);

    /** Published after the start of a conversation has been stored. */
    public static final Topic<FactMessage.RunStarted> RUN_STARTED =
            new Topic<>("run.started", FactMessage.RunStarted.class);
    /** Published after a turn has been completed and stored. */
    public static final Topic<FactMessage.TurnCompleted> TURN_COMPLETED =
            new Topic<>("turn.completed", FactMessage.TurnCompleted.class);
    /** Published after the end of a conversation has been stored. */
    public static final Topic<FactMessage.RunEnded> RUN_ENDED = new Topic<>("run.ended", FactMessage.RunEnded.class);
    /** Published for each flow that was extracted from a conversation and stored. */
    public static final Topic<FactMessage.FlowExtracted> FLOW_EXTRACTED =
            new Topic<>("flow.extracted", FactMessage.FlowExtracted.class);

    /** Published exactly once for each attempt at a provider, after the attempt has ended. */
    public static final Topic<UsageMessage.AttemptEnded> ATTEMPT_ENDED =
            new Topic<>("attempt.ended", UsageMessage.AttemptEnded.class);
    /**
     * Reserves micro-dollars before an attempt. Fails with {@link Problem.BudgetExceeded} when a blocking budget does
     * not cover the amount.
     */
    public static final Ask<UsageMessage.Reserve, UsageMessage.Reserved> USAGE_RESERVE =
            new Ask<>("usage.reserve", UsageMessage.Reserve.class, UsageMessage.Reserved.class);
    /** Releases the reservation of an attempt that will not be made. */
    public static final Ask<UsageMessage.Release, StreamMessage.Ack> USAGE_RELEASE =
            new Ask<>("usage.release", UsageMessage.Release.class, StreamMessage.Ack.class);
    /** Estimates the tokens and the cost of a prompt. */
    public static final Ask<UsageMessage.Estimate, UsageMessage.EstimateResult> USAGE_ESTIMATE =
            new Ask<>("usage.estimate", UsageMessage.Estimate.class, UsageMessage.EstimateResult.class);
    /** Published exactly once for each attempt, after it has been recorded in the ledger. */
    public static final Topic<UsageMessage.UsageRecorded> USAGE_RECORDED =
            new Topic<>("usage.recorded", UsageMessage.UsageRecorded.class);
    /**
     * Sums usage by the requested groups. Fails with {@link Problem.Invalid} when the time range is invalid or the
     * result has too many rows.
     */
    public static final Ask<UsageMessage.QueryUsage, UsageMessage.Rows> USAGE_QUERY =
            new Ask<>("usage.query", UsageMessage.QueryUsage.class, UsageMessage.Rows.class);

    /** Sums usage of today, the last seven days, the last thirty days and the current month. */
    public static final Ask<UsageMessage.Summarize, UsageMessage.Summary> USAGE_SUMMARIZE =
            new Ask<>("usage.summarize", UsageMessage.Summarize.class, UsageMessage.Summary.class);

    /**
     * Sets the budget of a scope and replies with its status. Fails with {@link Problem.Invalid} when a value is out
     * of range.
     */
    public static final Ask<BudgetMessage.Put, BudgetMessage.BudgetStatus> BUDGET_PUT =
            new Ask<>("budget.put", BudgetMessage.Put.class, BudgetMessage.BudgetStatus.class);
    /** Reads the budget of a scope and its status. Fails with {@link Problem.NotFound} when the scope has no budget. */
    public static final Ask<BudgetMessage.Read, BudgetMessage.BudgetStatus> BUDGET_READ =
            new Ask<>("budget.read", BudgetMessage.Read.class, BudgetMessage.BudgetStatus.class);
    /** Published after the budget of a scope has been set or removed. */
    public static final Topic<BudgetMessage.Changed> BUDGET_CHANGED =
            new Topic<>("budget.changed", BudgetMessage.Changed.class);
    /** Published once for each budget period and level, when spending reaches the warning threshold or the limit. */
    public static final Topic<BudgetMessage.Alert> BUDGET_ALERTED =
            new Topic<>("budget.alerted", BudgetMessage.Alert.class);

    /**
     * Creates an API key and, if limits are given, its budget. Fails with {@link Problem.Invalid} when the expiry is
     * in the past.
     */
    public static final Ask<ApiKeyMessage.Create, ApiKeyMessage.Created> API_KEY_CREATE =
            new Ask<>("api-key.create", ApiKeyMessage.Create.class, ApiKeyMessage.Created.class);
    /** Revokes an API key. Fails with {@link Problem.NotFound} when there is no such key or it is already revoked. */
    public static final Ask<ApiKeyMessage.Revoke, StreamMessage.Ack> API_KEY_REVOKE =
            new Ask<>("api-key.revoke", ApiKeyMessage.Revoke.class, StreamMessage.Ack.class);
    /** Published after an API key has been revoked. */
    public static final Topic<ApiKeyMessage.Revoked> API_KEY_REVOKED =
            new Topic<>("api-key.revoked", ApiKeyMessage.Revoked.class);
    /**
     * Verifies an API key; also available when no other authentication is configured. Fails with
     * {@link Problem.Unauthorized}, or with {@link Problem.RateLimited} after too many unknown keys from one client
     * address.
     */
    public static final Ask<AuthMessage.Verify, AuthMessage.Caller> API_KEY_VERIFY =
            new Ask<>("api-key.verify", AuthMessage.Verify.class, AuthMessage.Caller.class);

    /**
     * Verifies a credential. Fails with {@link Problem.Unauthorized} whatever the reason, with
     * {@link Problem.RateLimited} after too many failures from one client address, or with
     * {@link Problem.Unavailable} when it cannot be verified at the moment.
     */
    public static final Ask<AuthMessage.Verify, AuthMessage.Caller> AUTH_VERIFY =
            new Ask<>("auth.verify", AuthMessage.Verify.class, AuthMessage.Caller.class);
    /**
     * Checks whether credentials can be verified. Fails with {@link Problem.Unavailable} while no token verification
     * keys are loaded.
     */
    public static final Ask<AuthMessage.CheckReadiness, StreamMessage.Ack> AUTH_READY =
            new Ask<>("auth.ready", AuthMessage.CheckReadiness.class, StreamMessage.Ack.class);

    /**
     * Starts a chat; the reply is sent when the run is stored and its log can be followed. Fails with
     * {@link Problem.Invalid} for an unknown provider or model, and with {@link Problem.NotFound} for an inaccessible
     * context.
     */
    public static final Ask<RunMessage.StartChat, StreamMessage.StreamRef> RUN_START =
            new Ask<>("run.start", RunMessage.StartChat.class, StreamMessage.StreamRef.class);
    /**
     * Starts a two-agent conversation; the reply is sent when the run is stored and its log can be followed. Fails as
     * {@code run.start} does.
     */
    public static final Ask<RunMessage.StartDuo, StreamMessage.StreamRef> RUN_START_DUO =
            new Ask<>("run.start-duo", RunMessage.StartDuo.class, StreamMessage.StreamRef.class);
    /**
     * Starts a run that inherits the first turns of another two-agent conversation. Fails with
     * {@link Problem.NotFound} for an inaccessible run, and with {@link Problem.Invalid} when it has fewer completed
     * turns.
     */
    public static final Ask<RunMessage.Fork, StreamMessage.StreamRef> RUN_FORK =
            new Ask<>("run.fork", RunMessage.Fork.class, StreamMessage.StreamRef.class);
    /**
     * Applies a command to a running two-agent conversation. Fails with {@link Problem.Conflict} when the run has
     * ended, and with {@link Problem.Unavailable} when no instance executes it at the moment.
     */
    public static final Ask<RunMessage.Command, RunMessage.CommandResult> RUN_COMMAND =
            new Ask<>("run.command", RunMessage.Command.class, RunMessage.CommandResult.class);
    /** Resumes a run that this instance has taken over. */
    public static final Ask<RunMessage.ResumeRun, StreamMessage.Ack> RUN_RESUME =
            new Ask<>("run.resume", RunMessage.ResumeRun.class, StreamMessage.Ack.class);
    /**
     * Cancels a run; the reply is sent after the run has ended. Idempotent. Fails with {@link Problem.NotFound} for
     * an inaccessible run.
     */
    public static final Ask<RunMessage.Stop, RunMessage.CommandResult> RUN_STOP =
            new Ask<>("run.stop", RunMessage.Stop.class, RunMessage.CommandResult.class);
    /** Counts the runs that are executing in this instance. */
    public static final Ask<RunMessage.CountRuns, RunMessage.RunCount> RUN_COUNT =
            new Ask<>("run.count", RunMessage.CountRuns.class, RunMessage.RunCount.class);

    /** Waits for all runs to end and cancels those that exceed the drain timeout. */
    public static final Ask<ServerMessage.Drain, StreamMessage.Ack> RUN_DRAIN =
            new Ask<>("run.drain", ServerMessage.Drain.class, StreamMessage.Ack.class);

    /**
     * Opens a log with its initial events; the reply is sent when they are stored. A log whose initial events include
     * its end is stored completely or not at all.
     */
    public static final Ask<RunMessage.OpenLog, StreamMessage.StreamRef> JOURNAL_OPEN =
            new Ask<>("journal.open", RunMessage.OpenLog.class, StreamMessage.StreamRef.class);

    /**
     * Generates one turn with a model and writes it to the log; the reply is sent when the turn is stored or has
     * failed.
     */
    public static final Ask<RunMessage.GenerateTurn, RunMessage.TurnResult> JOURNAL_GENERATE_TURN =
            new Ask<>("journal.generate-turn", RunMessage.GenerateTurn.class, RunMessage.TurnResult.class);
    /**
     * Writes events to a log; the reply is sent when they are stored. Fails with {@link Problem.Conflict} when the
     * run has ended, and with {@link Problem.Unavailable} when the store cannot be reached.
     */
    public static final Ask<RunMessage.Write, StreamMessage.Ack> JOURNAL_WRITE =
            new Ask<>("journal.write", RunMessage.Write.class, StreamMessage.Ack.class);
    /**
     * Cancels the turn that a run is generating. The pending {@link RunMessage.GenerateTurn} request returns
     * {@link Problem.Cancelled}.
     */
    public static final Ask<RunMessage.CancelTurn, StreamMessage.Ack> JOURNAL_CANCEL_TURN =
            new Ask<>("journal.cancel-turn", RunMessage.CancelTurn.class, StreamMessage.Ack.class);
    /**
     * Makes the log of a run available to readers, from memory or from the store. Fails with {@link Problem.NotFound}
     * for an inaccessible run, and with {@link Problem.Malformed} when the cursor is after the end of the log.
     */
    public static final Ask<RunMessage.Attach, StreamMessage.StreamRef> JOURNAL_ATTACH =
            new Ask<>("journal.attach", RunMessage.Attach.class, StreamMessage.StreamRef.class);
    /** Reads the current transcript of a run. Fails with {@link Problem.NotFound} for an inaccessible run. */
    public static final Ask<RunMessage.Read, RunMessage.Transcript> JOURNAL_READ =
            new Ask<>("journal.read", RunMessage.Read.class, RunMessage.Transcript.class);
    /**
     * Reads the current transcript of a run and the events it was built from. Fails with {@link Problem.NotFound} for
     * an inaccessible run.
     */
    public static final Ask<RunMessage.ReadLog, RunMessage.FullLog> JOURNAL_READ_LOG =
            new Ask<>("journal.read-log", RunMessage.ReadLog.class, RunMessage.FullLog.class);

    /**
     * Exports a run as a document. Fails with {@link Problem.NotFound} for an inaccessible run, with
     * {@link Problem.Conflict} when it is too long for a PDF, and with {@link Problem.Unavailable} when too many
     * exports are queued.
     */
    public static final Ask<ExportMessage.Export, ExportMessage.Exported> EXPORT_WRITE =
            new Ask<>("export.write", ExportMessage.Export.class, ExportMessage.Exported.class);
    /**
     * Imports a document as a new run. Fails with {@link Problem.Malformed} or {@link Problem.Invalid} when the
     * document is not a valid archive, and with {@link Problem.Rejected} when it is too large.
     */
    public static final Ask<ExportMessage.Import, ExportMessage.Imported> EXPORT_IMPORT =
            new Ask<>("export.import", ExportMessage.Import.class, ExportMessage.Imported.class);

    /**
     * Opens an answer to a prompt; the reply is sent when its first event is available. Fails with the problem of the
     * last attempt, or with {@link Problem.Invalid}, {@link Problem.BudgetExceeded}, {@link Problem.RateLimited} or
     * {@link Problem.Unavailable} when no attempt was made.
     */
    public static final Ask<GatewayMessage.Open, GatewayMessage.AnswerHandle> GATEWAY_OPEN =
            new Ask<>("gateway.open", GatewayMessage.Open.class, GatewayMessage.AnswerHandle.class);
    /**
     * Resolves a model selection to a provider and a model. Fails with {@link Problem.Invalid} when either is
     * unknown.
     */
    public static final Ask<GatewayMessage.Resolve, GatewayMessage.Resolved> GATEWAY_RESOLVE =
            new Ask<>("gateway.resolve", GatewayMessage.Resolve.class, GatewayMessage.Resolved.class);
    /** Cancels a call by its id at any stage, also before its answer is open. */
    public static final Ask<StreamMessage.Cancel, StreamMessage.Ack> GATEWAY_CANCEL =
            new Ask<>("gateway.cancel", StreamMessage.Cancel.class, StreamMessage.Ack.class);

    /** Reads the status of the providers and the list of models. */
    public static final Ask<GatewayMessage.GetStatus, GatewayMessage.Status> GATEWAY_STATUS =
            new Ask<>("gateway.status", GatewayMessage.GetStatus.class, GatewayMessage.Status.class);
    /** Reads the gateway's counters since its start. */
    public static final Ask<GatewayMessage.GetStats, GatewayMessage.Stats> GATEWAY_STATS =
            new Ask<>("gateway.stats", GatewayMessage.GetStats.class, GatewayMessage.Stats.class);

    /** Renders all metrics in the Prometheus text format. */
    public static final Ask<MetricsMessage.Read, MetricsMessage.Page> METRICS_READ =
            new Ask<>("metrics.read", MetricsMessage.Read.class, MetricsMessage.Page.class);

    /** Published when a provider reports its remaining rate limits. */
    public static final Topic<ProviderMessage.RateLimitsReported> PROVIDER_RATE_LIMITS_REPORTED =
            new Topic<>("provider.rate-limits-reported", ProviderMessage.RateLimitsReported.class);

    /**
     * Extracts flows from a conversation and stores them in its context. A failure of the model is reported in the
     * reply, not as a problem.
     */
    public static final Ask<FlowMessage.Extract, FlowMessage.Extracted> FLOW_EXTRACT =
            new Ask<>("flow.extract", FlowMessage.Extract.class, FlowMessage.Extracted.class);
    /** Cancels an extraction by its call id. */
    public static final Ask<StreamMessage.Cancel, StreamMessage.Ack> FLOW_CANCEL =
            new Ask<>("flow.cancel", StreamMessage.Cancel.class, StreamMessage.Ack.class);

    /** Creates a flow in a context. Fails with {@link Problem.NotFound} for an inaccessible context. */
    public static final Ask<FlowMessage.Create, FlowMessage.Flow> FLOW_CREATE =
            new Ask<>("flow.create", FlowMessage.Create.class, FlowMessage.Flow.class);
    /** Loads a flow. Fails with {@link Problem.NotFound} for an inaccessible flow. */
    public static final Ask<FlowMessage.Load, FlowMessage.Flow> FLOW_LOAD =
            new Ask<>("flow.load", FlowMessage.Load.class, FlowMessage.Flow.class);
    /**
     * Lists the flows of a context by page. Fails with {@link Problem.NotFound} for an inaccessible context, and with
     * {@link Problem.Invalid} for an invalid cursor or limit.
     */
    public static final Ask<FlowMessage.ListFlows, FlowMessage.Flows> FLOW_LIST =
            new Ask<>("flow.list", FlowMessage.ListFlows.class, FlowMessage.Flows.class);
    /**
     * Changes fields of a flow. Fails with {@link Problem.NotFound} for an inaccessible flow, and with
     * {@link Problem.Conflict} after repeated concurrent changes.
     */
    public static final Ask<FlowMessage.Change, FlowMessage.Flow> FLOW_CHANGE =
            new Ask<>("flow.change", FlowMessage.Change.class, FlowMessage.Flow.class);
    /** Deletes a flow. Fails with {@link Problem.NotFound} for an inaccessible flow. */
    public static final Ask<FlowMessage.Delete, StreamMessage.Ack> FLOW_DELETE =
            new Ask<>("flow.delete", FlowMessage.Delete.class, StreamMessage.Ack.class);

    /** Creates a context. */
    public static final Ask<ContextMessage.Create, ContextMessage.Context> CONTEXT_CREATE =
            new Ask<>("context.create", ContextMessage.Create.class, ContextMessage.Context.class);
    /**
     * Loads a context; the default context is created on first use. Fails with {@link Problem.NotFound} for an
     * inaccessible context.
     */
    public static final Ask<ContextMessage.Load, ContextMessage.Context> CONTEXT_LOAD =
            new Ask<>("context.load", ContextMessage.Load.class, ContextMessage.Context.class);
    /** Lists the contexts of a user by page. Fails with {@link Problem.Invalid} for an invalid cursor or limit. */
    public static final Ask<ContextMessage.ListContexts, ContextMessage.Contexts> CONTEXT_LIST =
            new Ask<>("context.list", ContextMessage.ListContexts.class, ContextMessage.Contexts.class);
    /**
     * Changes fields of a context. Fails with {@link Problem.NotFound} for an inaccessible context, and with
     * {@link Problem.Conflict} after repeated concurrent changes.
     */
    public static final Ask<ContextMessage.Change, ContextMessage.Context> CONTEXT_CHANGE =
            new Ask<>("context.change", ContextMessage.Change.class, ContextMessage.Context.class);
    /**
     * Deletes a context with its flows and its ended conversations. Fails with {@link Problem.NotFound} for an
     * inaccessible context, and with {@link Problem.Conflict} while one of its conversations is running.
     */
    public static final Ask<ContextMessage.Delete, StreamMessage.Ack> CONTEXT_DELETE =
            new Ask<>("context.delete", ContextMessage.Delete.class, StreamMessage.Ack.class);

    /** Inserts a run document. Fails with {@link Problem.Conflict} when its id exists. */
    public static final Ask<StoreMessage.InsertRun, StreamMessage.Ack> STORE_INSERT_RUN =
            new Ask<>("store.insert-run", StoreMessage.InsertRun.class, StreamMessage.Ack.class);
    /** Replaces a run document if its version is still the expected one. */
    public static final Ask<StoreMessage.ReplaceRun, StoreMessage.Replaced> STORE_REPLACE_RUN =
            new Ask<>("store.replace-run", StoreMessage.ReplaceRun.class, StoreMessage.Replaced.class);
    /** Loads a run document. Fails with {@link Problem.NotFound} for an inaccessible run. */
    public static final Ask<StoreMessage.LoadRun, RunMessage.Run> STORE_LOAD_RUN =
            new Ask<>("store.load-run", StoreMessage.LoadRun.class, RunMessage.Run.class);
    /**
     * Lists the runs of a user by page, newest first. Fails with {@link Problem.Invalid} for an invalid cursor or
     * limit.
     */
    public static final Ask<StoreMessage.ListRuns, RunMessage.Runs> STORE_LIST_RUNS =
            new Ask<>("store.list-runs", StoreMessage.ListRuns.class, RunMessage.Runs.class);
    /** Lists the runs of all users that have not ended, by page; the takeover reads it. */
    public static final Ask<StoreMessage.ListOpenRuns, RunMessage.Runs> STORE_LIST_OPEN_RUNS =
            new Ask<>("store.list-open-runs", StoreMessage.ListOpenRuns.class, RunMessage.Runs.class);
    /** Extends leases that the requesting instance still owns and replies with those it has lost. */
    public static final Ask<StoreMessage.RenewLeases, StoreMessage.Renewed> STORE_RENEW_LEASES =
            new Ask<>("store.renew-leases", StoreMessage.RenewLeases.class, StoreMessage.Renewed.class);
    /**
     * Deletes a run and all its batches. Fails with {@link Problem.NotFound} for an inaccessible run, and with
     * {@link Problem.Conflict} while it is running.
     */
    public static final Ask<StoreMessage.DeleteRun, StreamMessage.Ack> STORE_DELETE_RUN =
            new Ask<>("store.delete-run", StoreMessage.DeleteRun.class, StreamMessage.Ack.class);
    /** Appends a batch of events to the stored log of a run. */
    public static final Ask<StoreMessage.Append, StoreMessage.Appended> STORE_APPEND =
            new Ask<>("store.append", StoreMessage.Append.class, StoreMessage.Appended.class);
    /** Reads stored batches of a run in order. */
    public static final Ask<StoreMessage.ReadBatches, StoreMessage.Batches> STORE_READ_BATCHES =
            new Ask<>("store.read-batches", StoreMessage.ReadBatches.class, StoreMessage.Batches.class);
    /** Claims an idempotency key for a run; the first claim wins until it expires. */
    public static final Ask<StoreMessage.ClaimIdempotencyKey, StoreMessage.ClaimResult> STORE_CLAIM_IDEMPOTENCY_KEY =
            new Ask<>(
                    "store.claim-idempotency-key",
                    StoreMessage.ClaimIdempotencyKey.class,
                    StoreMessage.ClaimResult.class);
    /** Stores a response of {@code /v1/responses} until it expires. Fails with {@link Problem.Conflict} when its id exists. */
    public static final Ask<ResponseMessage.Put, StreamMessage.Ack> STORE_PUT_RESPONSE =
            new Ask<>("store.put-response", ResponseMessage.Put.class, StreamMessage.Ack.class);
    /** Loads a stored response. Fails with {@link Problem.NotFound} for an inaccessible or expired response. */
    public static final Ask<ResponseMessage.Load, ResponseMessage.StoredResponse> STORE_LOAD_RESPONSE =
            new Ask<>("store.load-response", ResponseMessage.Load.class, ResponseMessage.StoredResponse.class);
    /**
     * Loads a stored response and all that it continues. Fails with {@link Problem.NotFound} when one of them is inaccessible
     * or expired, and with {@link Problem.Invalid} when they are too many or too large.
     */
    public static final Ask<ResponseMessage.LoadConversation, ResponseMessage.Conversation>
            STORE_LOAD_RESPONSE_CONVERSATION = new Ask<>(
                    "store.load-response-conversation",
                    ResponseMessage.LoadConversation.class,
                    ResponseMessage.Conversation.class);
    /** Deletes a stored response. Fails with {@link Problem.NotFound} for an inaccessible or expired response. */
    public static final Ask<ResponseMessage.Delete, StreamMessage.Ack> STORE_DELETE_RESPONSE =
            new Ask<>("store.delete-response", ResponseMessage.Delete.class, StreamMessage.Ack.class);
    /** Checks whether the store accepts writes. Fails with {@link Problem.Unavailable} when it does not. */
    public static final Ask<StoreMessage.Ping, StreamMessage.Ack> STORE_PING =
            new Ask<>("store.ping", StoreMessage.Ping.class, StreamMessage.Ack.class);

    /**
     * Records ended attempts in the ledger and replies with the ids that the requesting writer has recorded.
     * Idempotent.
     */
    public static final Ask<LedgerMessage.RecordAttempts, LedgerMessage.Recorded> STORE_RECORD_ATTEMPTS =
            new Ask<>("store.record-attempts", LedgerMessage.RecordAttempts.class, LedgerMessage.Recorded.class);
    /** Writes the current totals of a writer. Idempotent. */
    public static final Ask<LedgerMessage.WriteTotals, StreamMessage.Ack> STORE_WRITE_TOTALS =
            new Ask<>("store.write-totals", LedgerMessage.WriteTotals.class, StreamMessage.Ack.class);
    /** Stores up to which time a writer's attempts are included in its totals. */
    public static final Ask<LedgerMessage.Heartbeat, StreamMessage.Ack> STORE_HEARTBEAT =
            new Ask<>("store.heartbeat", LedgerMessage.Heartbeat.class, StreamMessage.Ack.class);
    /**
     * Completes the accounting of writers that have been inactive since a given time; their open reservations are
     * counted as spent.
     */
    public static final Ask<LedgerMessage.RecoverWriters, StreamMessage.Ack> STORE_RECOVER_WRITERS =
            new Ask<>("store.recover-writers", LedgerMessage.RecoverWriters.class, StreamMessage.Ack.class);
    /**
     * Sums the usage of time ranges by the requested groups. Fails with {@link Problem.Invalid} when the result has
     * too many rows.
     */
    public static final Ask<LedgerMessage.SumUsage, UsageMessage.Rows> STORE_SUM_USAGE =
            new Ask<>("store.sum-usage", LedgerMessage.SumUsage.class, UsageMessage.Rows.class);
    /** Reserves micro-dollars on a budget account if the total of all reservations stays within the maximum. */
    public static final Ask<LedgerMessage.Reserve, LedgerMessage.Reserved> STORE_RESERVE =
            new Ask<>("store.reserve", LedgerMessage.Reserve.class, LedgerMessage.Reserved.class);
    /** Reads the balance of a budget account. */
    public static final Ask<LedgerMessage.ReadAccount, LedgerMessage.AccountBalance> STORE_READ_ACCOUNT =
            new Ask<>("store.read-account", LedgerMessage.ReadAccount.class, LedgerMessage.AccountBalance.class);
    /** Stores the budget of a scope. */
    public static final Ask<LedgerMessage.PutBudget, StreamMessage.Ack> STORE_PUT_BUDGET =
            new Ask<>("store.put-budget", LedgerMessage.PutBudget.class, StreamMessage.Ack.class);
    /** Reads the budget of a scope. Fails with {@link Problem.NotFound} when the scope has no budget. */
    public static final Ask<LedgerMessage.ReadBudget, BudgetMessage.Budget> STORE_READ_BUDGET =
            new Ask<>("store.read-budget", LedgerMessage.ReadBudget.class, BudgetMessage.Budget.class);
    /** Lists the budgets of all scopes. */
    public static final Ask<LedgerMessage.ListBudgets, LedgerMessage.Budgets> STORE_LIST_BUDGETS =
            new Ask<>("store.list-budgets", LedgerMessage.ListBudgets.class, LedgerMessage.Budgets.class);
    /** Stores a budget alert unless one with the same id exists. */
    public static final Ask<LedgerMessage.AddAlert, LedgerMessage.Added> STORE_ADD_ALERT =
            new Ask<>("store.add-alert", LedgerMessage.AddAlert.class, LedgerMessage.Added.class);
    /** Lists budget alerts by page, newest first. Fails with {@link Problem.Invalid} for an invalid cursor or limit. */
    public static final Ask<BudgetMessage.ListAlerts, BudgetMessage.Alerts> STORE_LIST_ALERTS =
            new Ask<>("store.list-alerts", BudgetMessage.ListAlerts.class, BudgetMessage.Alerts.class);
    /** Stores an API key record. Fails with {@link Problem.Conflict} when its id exists. */
    public static final Ask<ApiKeyMessage.Insert, StreamMessage.Ack> STORE_INSERT_KEY =
            new Ask<>("store.insert-key", ApiKeyMessage.Insert.class, StreamMessage.Ack.class);
    /**
     * Finds an API key record by its digest. Fails with {@link Problem.NotFound} when it does not exist or is revoked.
     */
    public static final Ask<ApiKeyMessage.Find, ApiKeyMessage.ApiKeyRecord> STORE_FIND_KEY =
            new Ask<>("store.find-key", ApiKeyMessage.Find.class, ApiKeyMessage.ApiKeyRecord.class);
    /**
     * Lists the API key records that are not revoked by page, newest first. Fails with {@link Problem.Invalid} for an
     * invalid cursor or limit.
     */
    public static final Ask<ApiKeyMessage.ListKeys, ApiKeyMessage.Keys> STORE_LIST_KEYS =
            new Ask<>("store.list-keys", ApiKeyMessage.ListKeys.class, ApiKeyMessage.Keys.class);
    /**
     * Marks an API key as revoked. Fails with {@link Problem.NotFound} when it does not exist or is already revoked.
     */
    public static final Ask<ApiKeyMessage.Revoke, StreamMessage.Ack> STORE_REVOKE_KEY =
            new Ask<>("store.revoke-key", ApiKeyMessage.Revoke.class, StreamMessage.Ack.class);

    private Addresses() {}

    /**
     * Makes one attempt at the provider {@code name}; the reply is sent when the provider's first event is available.
     * Fails with {@link Problem.ProviderFailed}, {@link Problem.Cancelled}, or {@link Problem.Conflict} when the call
     * id is in use.
     */
    public static Ask<ProviderMessage.Open, StreamMessage.StreamRef> providerOpen(String name) {
        return new Ask<>("provider." + name + ".open", ProviderMessage.Open.class, StreamMessage.StreamRef.class);
    }

    /**
     * Cancels a call to the provider {@code name} that is still being opened. An open call is cancelled at its source
     * by {@link #cancel}.
     */
    public static Ask<StreamMessage.Cancel, StreamMessage.Ack> providerCancel(String name) {
        return new Ask<>("provider." + name + ".cancel", StreamMessage.Cancel.class, StreamMessage.Ack.class);
    }

    /**
     * Checks that the provider {@code name} is reachable and accepts the configured credentials. Fails with
     * {@link Problem.ProviderFailed}.
     */
    public static Ask<ProviderMessage.Probe, StreamMessage.Ack> providerProbe(String name) {
        return new Ask<>("provider." + name + ".probe", ProviderMessage.Probe.class, StreamMessage.Ack.class);
    }

    /** Cancels a log at its {@code source}; the remaining events are not produced. */
    public static Ask<StreamMessage.Cancel, StreamMessage.Ack> cancel(String source) {
        return new Ask<>(source + ".cancel", StreamMessage.Cancel.class, StreamMessage.Ack.class);
    }

    /**
     * Reads the next batch of a log at its {@code source}. Fails with {@link Problem.NotFound} when the log is not
     * available there.
     */
    public static Ask<StreamMessage.Follow, StreamMessage.Batch> follow(String source) {
        return new Ask<>(source, StreamMessage.Follow.class, StreamMessage.Batch.class);
    }
}
