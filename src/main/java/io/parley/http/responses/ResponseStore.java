package io.parley.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.parley.contract.ResponseMessage.Conversation;
import io.parley.contract.ResponseMessage.Delete;
import io.parley.contract.ResponseMessage.Load;
import io.parley.contract.ResponseMessage.LoadConversation;
import io.parley.contract.ResponseMessage.Put;
import io.parley.contract.ResponseMessage.StoredResponse;
import io.parley.json.JsonFields;
import io.parley.json.JsonWriter;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores responses over the bus for their callers, and finds what later requests refer to. */
final class ResponseStore {

    private static final Logger LOG = LoggerFactory.getLogger(ResponseStore.class);

    /** A document of the store must stay below 16 MiB; escapes make it longer than the text. */
    private static final int MAX_LENGTH = 6 << 20;

    /** The ids of items are derived from that of their response. */
    private static final Pattern OWN_ID = Pattern.compile("resp_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final Pattern ITEM_ID = Pattern.compile("[a-z]+_([0-9a-f-]{36})_i?\\d+");

    private final Bus bus;
    private final Duration keep;
    private final InstantSource clock;

    /** @param keep how long responses are stored; not at all if zero */
    ResponseStore(Bus bus, Duration keep, InstantSource clock) {
        this.bus = bus;
        this.keep = keep;
        this.clock = clock;
    }

    /** Whether an item with this id was made by a translation. */
    static boolean isOwnItem(String id) {
        return ITEM_ID.matcher(id).matches();
    }

    boolean enabled() {
        return keep.isPositive();
    }

    /** Stores a response with its input. Always succeeds; logs a failure. */
    Future<Void> put(String user, Optional<String> previous, ObjectNode response, ArrayNode input) {
        String id = response.get("id").asText();
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.set("response", response);
        document.set("input", withIds(id, input));
        String json = JsonWriter.text(document);
        if (json.length() > MAX_LENGTH) {
            LOG.atWarn().addKeyValue("response", id).log("response not stored: it is too large");
            return Future.succeededFuture();
        }
        return bus.request(
                        Addresses.STORE_PUT_RESPONSE,
                        new Put(new StoredResponse(user, id, previous, json, keepUntil())))
                .<Void>mapEmpty()
                .recover(cause -> {
                    LOG.atWarn()
                            .addKeyValue("response", id)
                            .addKeyValue("code", Problem.of(cause).code())
                            .log("response not stored");
                    return Future.succeededFuture();
                });
    }

    /** Gives an id to each item that has none, like those of output items. */
    private static ArrayNode withIds(String responseId, ArrayNode input) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : input) {
            String type = item.path("type").asText("message");
            String prefix = switch (type) {
                case "message" -> "msg_";
                case "reasoning" -> "rs_";
                default -> "fc_";
            };
            String token = responseId.substring(responseId.indexOf('_') + 1);
            ObjectNode view = items.addObject()
                    .put("id", prefix + token + "_i" + (items.size() - 1))
                    .put("type", type);
            item.properties().forEach(field -> view.set(field.getKey(), field.getValue()));
        }
        return items;
    }

    /** Loads a response and its input. */
    Future<JsonFields> load(String user, String id) {
        return bus.request(Addresses.STORE_LOAD_RESPONSE, new Load(user, id, Optional.empty()))
                .map(ResponseStore::document);
    }

    Future<Void> delete(String user, String id) {
        return bus.request(Addresses.STORE_DELETE_RESPONSE, new Delete(user, id))
                .mapEmpty();
    }

    /** Loads what a request continues and refers to, and keeps it for as long as a new response. */
    Future<ResponseHistory> history(String user, ResponseHistory.References references) {
        if (references.previous().isEmpty() && references.items().isEmpty()) {
            return Future.succeededFuture(ResponseHistory.NONE);
        }
        boolean own =
                references.previous().filter(id -> OWN_ID.matcher(id).matches()).isPresent();
        return previousItems(user, references.previous())
                .compose(items -> referencedItems(user, references.items())
                        .map(referenced -> new ResponseHistory(
                                items.orElse(List.of()), referenced, items.isPresent(), own || !referenced.isEmpty())));
    }

    /** The items of a response and those before it; empty if it is not stored, because a provider may know it. */
    private Future<Optional<List<InputItem>>> previousItems(String user, Optional<String> previous) {
        if (previous.isEmpty()) {
            return Future.succeededFuture(Optional.of(List.of()));
        }
        return bus.request(
                        Addresses.STORE_LOAD_RESPONSE_CONVERSATION,
                        new LoadConversation(user, previous.get(), keepUntil()))
                .map(conversation -> Optional.of(items(conversation)))
                .recover(cause -> Problem.of(cause) instanceof Problem.NotFound
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(cause));
    }

    private static List<InputItem> items(Conversation conversation) {
        InputItemParser parser = new InputItemParser(ResponseHistory.NONE);
        List<InputItem> items = new ArrayList<>();
        conversation.responses().forEach(stored -> {
            JsonFields document = document(stored);
            Stream.concat(
                            read(document, "input", parser),
                            document.object("response", response -> read(response, "output", parser)).stream()
                                    .flatMap(output -> output))
                    .forEach(items::add);
        });
        return items;
    }

    private static Stream<InputItem> read(JsonFields owner, String name, InputItemParser parser) {
        return owner.objects(name, 0, InputItemParser.MAX_ITEMS, parser::read).stream()
                .flatMap(Optional::stream);
    }

    private Future<Map<String, ResponseHistory.Item>> referencedItems(String user, Set<String> ids) {
        Map<String, ResponseHistory.Item> found = new HashMap<>();
        List<Future<Void>> loads = ids.stream()
                .map(ITEM_ID::matcher)
                .filter(Matcher::matches)
                .map(id -> "resp_" + id.group(1))
                .distinct()
                .map(id -> bus.request(Addresses.STORE_LOAD_RESPONSE, new Load(user, id, Optional.of(keepUntil())))
                        .onSuccess(stored -> addItems(found, stored, ids))
                        .<Void>mapEmpty()
                        .recover(cause -> Problem.of(cause) instanceof Problem.NotFound
                                ? Future.succeededFuture()
                                : Future.failedFuture(cause)))
                .toList();
        return Future.all(loads).map(found);
    }

    private static void addItems(Map<String, ResponseHistory.Item> found, StoredResponse stored, Set<String> wanted) {
        JsonFields document = document(stored);
        Optional<JsonNode> output =
                document.object("response", response -> response.any("output")).flatMap(items -> items);
        Stream.of(document.any("input"), output)
                .flatMap(Optional::stream)
                .forEach(items -> items.forEach(item -> {
                    String id = item.path("id").asText();
                    if (wanted.contains(id)) {
                        found.put(id, new ResponseHistory.Item(item, parsed(item)));
                    }
                }));
    }

    private static Optional<InputItem> parsed(JsonNode item) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.putArray("items").add(item);
        return read(
                        StrictJsonReader.compatibleDocument(JsonWriter.text(document)),
                        "items",
                        new InputItemParser(ResponseHistory.NONE))
                .findFirst();
    }

    private static JsonFields document(StoredResponse stored) {
        return StrictJsonReader.compatibleDocument(stored.json());
    }

    private Instant keepUntil() {
        return clock.instant().plus(keep);
    }
}
