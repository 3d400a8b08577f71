package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import io.parley.contract.AuthMessage.Grant;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What the gateway can be asked: which vendor, when, how often is its business alone. */
public sealed interface GatewayMessage extends Message {

    /** Get this prompt answered. {@code callId} is made by the asker, so that it can cancel at any time. */
    record Open(String callId, Origin origin, Choice choice, Prompt prompt, Terms terms) implements GatewayMessage {

        public Open {
            terms = requireNonNullElse(terms, Terms.USUAL); // guests may leave it out
        }

        public Open(String callId, Origin origin, Choice choice, Prompt prompt) {
            this(callId, origin, choice, prompt, Terms.USUAL);
        }
    }

    /**
     * On which terms a prompt is answered.
     *
     * @param promptVersion which version of a template made the prompt: answers of another one are never taken for this one's
     * @param broken the providers whose answer to this very question broke in the middle; they are not asked again
     * @param calls how many vendor calls this answer has had so far; there is a limit for all of them together
     * @param grant the key that it is asked with, if it was one: no model that it does not allow will answer, also none that stands
     *     in for another ({@link Problem.ModelNotAllowed}), and none sooner than its limits allow ({@link Problem.RateLimited})
     */
    record Terms(
            Priority priority,
            Caching caching,
            Optional<String> promptVersion,
            Set<String> broken,
            int calls,
            Optional<Grant> grant) {

        public static final Terms USUAL = of(Priority.NORMAL, Caching.USUAL);

        public Terms {
            priority = requireNonNullElse(priority, Priority.NORMAL);
            caching = requireNonNullElse(caching, Caching.USUAL);
            broken = Set.copyOf(requireNonNullElse(broken, Set.of()));
        }

        /** Of somebody who may ask for everything. */
        public Terms(
                Priority priority, Caching caching, Optional<String> promptVersion, Set<String> broken, int calls) {
            this(priority, caching, promptVersion, broken, calls, Optional.empty());
        }

        public static Terms of(Priority priority, Caching caching) {
            return new Terms(priority, caching, Optional.empty(), Set.of(), 0);
        }

        /** The same for whoever asks with this key, if it is one. */
        public Terms by(Optional<Grant> key) {
            return new Terms(priority, caching, promptVersion, broken, calls, key);
        }

        /** The terms of a fresh attempt, after {@code answer} broke in the middle. */
        public Terms after(Answering answer) {
            Set<String> all = new HashSet<>(broken);
            all.add(answer.provider());
            return new Terms(priority, caching, promptVersion, all, answer.calls(), grant);
        }
    }

    /** Who goes first when there is a queue; nobody waits for ever. */
    enum Priority {
        INTERACTIVE,
        NORMAL,
        BATCH
    }

    /** Whether an earlier answer to the same question will do. */
    enum Caching {
        /** Never; nor is this answer kept. */
        NEVER,
        /** When the temperature is given and low enough. */
        USUAL,
        /** Whatever the temperature: whoever asks takes the same answer for as good. */
        WANTED
    }

    /**
     * The answer has begun and is followed like any log.
     *
     * @param calls how many vendor calls it took, those of {@link Terms#calls} included
     * @param cached whether it needed no call of its own
     * @param allowance what the key that it was asked with may still ask for, if that is limited
     */
    record Answering(
            StreamMessage.Opened stream,
            String provider,
            String model,
            int calls,
            boolean cached,
            Optional<Allowance> allowance)
            implements GatewayMessage {

        /** Asked without a key, or with one that may ask as fast as it likes. */
        public Answering(StreamMessage.Opened stream, String provider, String model, int calls, boolean cached) {
            this(stream, provider, model, calls, cached, Optional.empty());
        }

        public Answering(StreamMessage.Opened stream, String provider, String model) {
            this(stream, provider, model, 1, false);
        }

        /** The same, asked with a key that has this left. */
        public Answering within(Allowance left) {
            return new Answering(stream, provider, model, calls, cached, Optional.of(left));
        }
    }

    /** What may still be asked for in this minute, of what is limited; the tokens of answers under way are estimates. */
    record Allowance(Optional<Rate> requests, Optional<Rate> tokens) {}

    /**
     * A limit and what is left of it.
     *
     * @param limit a minute
     * @param reset when all of it is there again, if nothing more is taken
     */
    record Rate(long limit, long left, Duration reset) {}

    /** Is there such a provider and model? Answered with a {@link Problem.Invalid} if not. */
    record Check(Choice choice) implements GatewayMessage {}

    /** The first choice as things stand. */
    record Checked(String provider, String model) implements GatewayMessage {}

    /** How do the providers fare, and what can be asked for? */
    record Look() implements GatewayMessage {}

    /** How things stand; {@code models} are all names that a request may use, aliases first. */
    record State(List<Provider> providers, List<Model> models) implements GatewayMessage {
        public State {
            providers = List.copyOf(providers);
            models = List.copyOf(models);
        }
    }

    /**
     * How one provider fares.
     *
     * @param p50Millis to the first token, of the last calls that came to one
     * @param lastError the fault of the last call, unless it went well
     * @param requestsLeft what the vendor said last about its own limits, as long as that holds
     * @param running calls that have not ended
     * @param waiting requests in the queue that this provider could take
     */
    record Provider(
            String name,
            boolean healthy,
            Circuit breaker,
            OptionalLong p50Millis,
            OptionalLong p95Millis,
            Optional<Problem.Fault> lastError,
            OptionalLong requestsLeft,
            OptionalLong tokensLeft,
            int running,
            int waiting) {}

    /** Whether a circuit breaker lets calls through; half open, it lets one through to see. */
    enum Circuit {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /** What have you had to do? */
    record Count() implements GatewayMessage {}

    /**
     * What one gateway has had to do since it was opened.
     *
     * @param waiting requests that are in the queue now
     * @param admitted requests that were let in; together they stood in the queue for {@code waitedMillis}
     * @param refused requests that were turned away, because the queue was full or had become too long for them
     * @param kept answers that were taken from the cache
     * @param joined answers that were under way for somebody who had asked the same
     * @param missed answers that could have been either of the two, and were neither
     * @param restarted answers that broke in the middle and were asked for anew
     */
    record Counts(
            int waiting,
            long admitted,
            long waitedMillis,
            long refused,
            long kept,
            long joined,
            long missed,
            long restarted,
            List<Detours> detours)
            implements GatewayMessage {
        public Counts {
            detours = List.copyOf(detours);
        }
    }

    /** How often a call that failed at {@code provider} was repeated there, and how often it went elsewhere. */
    record Detours(String provider, long repeated, long left) {}

    /** A name that can be asked for, and whose it is. */
    record Model(String id, String ownedBy) {}
}
