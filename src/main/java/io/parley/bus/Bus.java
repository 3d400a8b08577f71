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
import org.slf4j.event.Level;

/**
 * Sends and receives records of the contract over the Vert.x event bus. Failures are sent as {@link Problem}s.
 * Programs without the codec may send a {@link JsonObject} and receive one.
 */
public final class Bus {

    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final DeliveryOptions JSON_OPTIONS = new DeliveryOptions();

    private final EventBus eventBus;
    private final JsonMapper mapper;

    private Bus(EventBus eventBus, JsonMapper mapper) {
        this.eventBus = eventBus;
        this.mapper = mapper;
    }

    /** The bus of {@code vertx}. Registers the codec, so it must be called once per Vert.x. */
    public static Bus install(Vertx vertx) {
        EventBus eventBus = vertx.eventBus();
        eventBus.registerCodec(new WireCodec(ContractJson.MAPPER));
        eventBus.codecSelector(body -> body instanceof Message ? WireCodec.NAME : null);
        return new Bus(eventBus, ContractJson.MAPPER);
    }

    /** Sends a request and waits up to the default timeout, 30 seconds. */
    public <Q extends Message, R extends Message> Future<R> request(Ask<Q, R> address, Q request) {
        return request(address, request, DEFAULT_TIMEOUT);
    }

    /**
     * Sends a request and waits up to {@code timeout}. Fails with the {@link Problem} of the handler, or with
     * {@link Problem.Unavailable} when there is no reply.
     */
    public <Q extends Message, R extends Message> Future<R> request(Ask<Q, R> address, Q request, Duration timeout) {
        return send(address, request, timeout, Level.WARN);
    }

    /** As {@link #request}, of a handler that may not be registered yet: that there is no reply is not worth a warning. */
    public <Q extends Message, R extends Message> Future<R> probe(Ask<Q, R> address, Q request) {
        return send(address, request, DEFAULT_TIMEOUT, Level.DEBUG);
    }

    private <Q extends Message, R extends Message> Future<R> send(
            Ask<Q, R> address, Q request, Duration timeout, Level noReplyLevel) {
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(timeout.toMillis());
        return eventBus.<Message>request(address.name(), request, options).transform(delivery -> {
            if (delivery.failed()) {
                return Future.failedFuture(
                        noReply(address, delivery.cause(), noReplyLevel).toException());
            }
            Message reply = delivery.result().body();
            return reply instanceof Problem problem && address.replyType() != Problem.class
                    ? Future.failedFuture(problem.toException())
                    : Future.succeededFuture(address.replyType().cast(reply));
        });
    }

    /** Handles all requests to {@code address}. Completes when the handler is registered in the whole cluster. */
    public <Q extends Message, R extends Message> Future<Subscription> handle(
            Ask<Q, R> address, Function<Q, Future<R>> handler) {
        MessageConsumer<Object> consumer = eventBus.consumer(
                address.name(),
                message -> Future.<R>future(promise -> handler.apply(decodeRequest(address, message.body()))
                                .onComplete(promise))
                        .<Message>map(reply -> reply)
                        .otherwise(cause -> toProblem(address, cause))
                        .onSuccess(
                                reply -> message.reply(message.body() instanceof JsonObject ? toJson(reply) : reply)));
        return consumer.completion().map(_ -> consumer::unregister);
    }

    /** Publishes an event to all subscribers, and as JSON to its mirror address. */
    public <E extends Message> void publish(Topic<E> topic, E event) {
        eventBus.publish(topic.name(), event);
        eventBus.publish(topic.mirror(), toJson(event), JSON_OPTIONS);
    }

    /** Subscribes to an event. */
    public <E extends Message> Future<Subscription> subscribe(Topic<E> topic, Consumer<E> listener) {
        MessageConsumer<Message> consumer = eventBus.consumer(
                topic.name(), message -> listener.accept(topic.eventType().cast(message.body())));
        return consumer.completion().map(_ -> consumer::unregister);
    }

    private <Q extends Message> Q decodeRequest(Ask<Q, ?> address, Object body) {
        if (!(body instanceof JsonObject jsonObject)) {
            return address.requestType().cast(body);
        }
        try {
            return mapper.readValue(jsonObject.encode(), address.requestType());
        } catch (JsonProcessingException e) {
            throw new Problem.Malformed(
                            "invalid_message",
                            "the message is not a valid "
                                    + address.requestType().getSimpleName())
                    .toException();
        }
    }

    private JsonObject toJson(Message message) {
        try {
            return new JsonObject(mapper.writeValueAsString(message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Problem toProblem(Ask<?, ?> address, Throwable cause) {
        Problem problem = Problem.of(cause);
        if (problem instanceof Problem.Internal) {
            LOG.atError().addKeyValue("address", address.name()).setCause(cause).log("request handler failed");
        }
        return problem;
    }

    private static Problem noReply(Ask<?, ?> address, Throwable cause, Level level) {
        String failure = cause instanceof ReplyException replyException
                ? replyException.failureType().name()
                : "ERROR";
        LOG.atLevel(level)
                .addKeyValue("address", address.name())
                .addKeyValue("failure", failure)
                .log("request got no reply");
        return new Problem.Unavailable(Problem.Reason.UNREACHABLE, Duration.ofSeconds(1));
    }

    /** A registered handler or subscriber. */
    @FunctionalInterface
    public interface Subscription {
        Future<Void> cancel();
    }
}
