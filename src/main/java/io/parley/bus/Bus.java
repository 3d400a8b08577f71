package io.parley.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.contract.Ask;
import io.parley.contract.Message;
import io.parley.contract.Problem;
import io.parley.contract.Topic;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends and receives records of the contract over the Vert.x event bus. Failures are sent as {@link Problem}s.
 * Programs without the codec may send a {@link JsonObject} and receive one.
 */
public final class Bus {

    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final DeliveryOptions TO_GUESTS = new DeliveryOptions();

    private final EventBus events;
    private final JsonMapper json;

    private Bus(EventBus events, JsonMapper json) {
        this.events = events;
        this.json = json;
    }

    /** The bus of {@code vertx}. Registers the codec, so it must be called once per Vert.x. */
    public static Bus install(Vertx vertx) {
        EventBus events = vertx.eventBus();
        events.registerCodec(new WireCodec(Json.MAPPER));
        events.codecSelector(body -> body instanceof Message ? WireCodec.NAME : null);
        return new Bus(events, Json.MAPPER);
    }

    /** Sends a request and waits up to the default timeout, 30 seconds. */
    public <Q extends Message, R extends Message> Future<R> ask(Ask<Q, R> address, Q question) {
        return ask(address, question, PATIENCE);
    }

    /**
     * Sends a request and waits up to {@code patience}. Fails with the {@link Problem} of the handler, or with
     * {@link Problem.Unavailable} when there is no reply.
     */
    public <Q extends Message, R extends Message> Future<R> ask(Ask<Q, R> address, Q question, Duration patience) {
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(patience.toMillis());
        return events.<Message>request(address.name(), question, options).transform(reply -> {
            if (reply.failed()) {
                return Future.failedFuture(undelivered(address, reply.cause()).toException());
            }
            Message answer = reply.result().body();
            return answer instanceof Problem problem && address.answer() != Problem.class
                    ? Future.failedFuture(problem.toException())
                    : Future.succeededFuture(address.answer().cast(answer));
        });
    }

    /** Handles all requests to {@code address}. Completes when the handler is registered in the whole cluster. */
    public <Q extends Message, R extends Message> Future<Subscription> answer(
            Ask<Q, R> address, Function<Q, Future<R>> handler) {
        MessageConsumer<Object> consumer = events.consumer(
                address.name(),
                message -> Future.<R>future(done ->
                                handler.apply(question(address, message.body())).onComplete(done))
                        .<Message>map(answer -> answer)
                        .otherwise(cause -> problem(address, cause))
                        .onSuccess(answer ->
                                message.reply(message.body() instanceof JsonObject ? guest(answer) : answer)));
        return consumer.completion().map(_ -> consumer::unregister);
    }

    /** Publishes an event to all subscribers, and as JSON to its mirror address. */
    public <E extends Message> void tell(Topic<E> topic, E event) {
        events.publish(topic.name(), event);
        events.publish(topic.mirror(), guest(event), TO_GUESTS);
    }

    /** Subscribes to an event. */
    public <E extends Message> Future<Subscription> listen(Topic<E> topic, Consumer<E> listener) {
        MessageConsumer<Message> consumer = events.consumer(
                topic.name(), message -> listener.accept(topic.event().cast(message.body())));
        return consumer.completion().map(_ -> consumer::unregister);
    }

    private <Q extends Message> Q question(Ask<Q, ?> address, Object body) {
        if (!(body instanceof JsonObject guest)) {
            return address.question().cast(body);
        }
        try {
            return json.readValue(guest.encode(), address.question());
        } catch (JsonProcessingException e) {
            throw new Problem.Malformed(
                            "invalid_message",
                            "the message is not a valid " + address.question().getSimpleName())
                    .toException();
        }
    }

    private JsonObject guest(Message message) {
        try {
            return new JsonObject(json.writeValueAsString(message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Problem problem(Ask<?, ?> address, Throwable cause) {
        Problem problem = Problem.of(cause);
        if (problem instanceof Problem.Internal) {
            LOG.atError().addKeyValue("address", address.name()).setCause(cause).log("request handler failed");
        }
        return problem;
    }

    private static Problem undelivered(Ask<?, ?> address, Throwable cause) {
        String failure =
                cause instanceof ReplyException reply ? reply.failureType().name() : "ERROR";
        LOG.atWarn()
                .addKeyValue("address", address.name())
                .addKeyValue("failure", failure)
                .log("request got no reply");
        return new Problem.Unavailable(Problem.Reason.UNREACHABLE, Duration.ofSeconds(1));
    }

    /** A registered handler or subscriber. */
    @FunctionalInterface
    public interface Subscription {
        Future<Void> leave();
    }
}
