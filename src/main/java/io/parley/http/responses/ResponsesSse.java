package io.parley.http.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.parley.http.generation.AnswerEventWriter;
import io.parley.http.openai.OpenAiErrors;
import io.parley.http.responses.OutputItem.Part;
import io.parley.http.responses.OutputItem.PartKind;
import io.parley.http.responses.ResponseView.Identity;
import io.parley.http.stream.SseText;
import io.parley.json.JsonStringWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/** Writes an answer as the events of a response, with sequence numbers from 0. Each event is named after its type. */
final class ResponsesSse implements AnswerEventWriter, OutputAssembler.Listener {

    private final Identity identity;
    private final ResponseView view;
    private final Function<ObjectNode, Future<Void>> store;
    private final OutputAssembler output;
    private Buffer out = Buffer.buffer();
    private Future<Void> stored = Future.succeededFuture();
    private String model;
    private boolean started;
    private boolean passed;
    private long sequence;
    private byte[] beforeSequence = {};
    private byte[] beforeText = {};

    /**
     * @param requestedModel the model of a response that fails before a provider answers
     * @param store stores the response when it has ended
     */
    ResponsesSse(
            Identity identity, ResponseView view, String requestedModel, Function<ObjectNode, Future<Void>> store) {
        this.identity = identity;
        this.view = view;
        this.model = requestedModel;
        this.store = store;
        this.output = new OutputAssembler(identity.id(), this);
    }

    @Override
    public void start(Buffer buffer, AnswerHandle handle) {
        out = buffer;
        model = handle.model();
        start();
    }

    @Override
    public void event(Buffer buffer, AnswerEvent event) {
        out = buffer;
        if (event instanceof Completed end) {
            output.finish(ResponseView.isWhole(end.reason()));
            ObjectNode response = view.ended(identity, model, end, output.view());
            stored = store.apply(response);
            write(responseEvent("response." + response.get("status").asText(), response));
        } else {
            output.accept(event);
        }
    }

    /** Stores the response that ends the stream of a provider. Counts its events, so that an error can continue their numbers. */
    @Override
    public void passed(byte[] events) {
        passed = true;
        for (int at = 1; at < events.length; at++) {
            sequence += events[at] == '\n' && events[at - 1] == '\n' ? 1 : 0;
        }
        PassedResponse.ofEvents(events).ifPresent(response -> stored = store.apply(response));
    }

    @Override
    public Future<Void> readyToEnd() {
        return stored;
    }

    @Override
    public void failed(Buffer buffer, Problem problem, Usage usage) {
        out = buffer;
        if (passed) {
            write(error(problem));
            return;
        }
        if (!started) {
            start();
        }
        output.abort();
        write(responseEvent("response.failed", view.failed(identity, model, problem, usage, output.view())));
    }

    @Override
    public void itemAdded(OutputItem item) {
        ObjectNode event = event("response.output_item.added").put("output_index", item.index());
        event.set("item", item.emptyView());
        write(event);
        if (item instanceof OutputItem.Call) {
            prepareDeltas("response.function_call_arguments.delta", item, "", "");
        }
    }

    @Override
    public void partAdded(OutputItem item, Part part) {
        ObjectNode event = partEvent(partType(part) + ".added", item, part);
        event.set("part", part.emptyView());
        write(event);
        String position = ",\"" + indexName(part) + "\":" + part.index();
        String logprobs = part.kind() == PartKind.TEXT ? ",\"logprobs\":[]" : "";
        prepareDeltas(textType(part) + ".delta", item, position, logprobs);
    }

    @Override
    public void textAdded(OutputItem item, Part part, String text) {
        delta(text);
    }

    @Override
    public void argumentsAdded(OutputItem.Call call, String text) {
        delta(text);
    }

    @Override
    public void partDone(OutputItem item, Part part) {
        ObjectNode done = partEvent(textType(part) + ".done", item, part);
        done.put(
                part.kind() == PartKind.REFUSAL ? "refusal" : "text",
                part.text().toString());
        if (part.kind() == PartKind.TEXT) {
            done.putArray("logprobs");
        }
        write(done);
        ObjectNode event = partEvent(partType(part) + ".done", item, part);
        event.set("part", part.view());
        write(event);
    }

    @Override
    public void argumentsDone(OutputItem.Call call) {
        write(itemEvent("response.function_call_arguments.done", call)
                .put("name", call.name())
                .put("arguments", call.arguments()));
    }

    @Override
    public void itemDone(OutputItem item) {
        ObjectNode event = event("response.output_item.done").put("output_index", item.index());
        event.set("item", item.view());
        write(event);
    }

    private void start() {
        started = true;
        write(responseEvent("response.created", view.inProgress(identity, model)));
        write(responseEvent("response.in_progress", view.inProgress(identity, model)));
    }

    /** Prepares what surrounds the sequence number and the text of all deltas of one part or call. */
    private void prepareDeltas(String type, OutputItem item, String position, String more) {
        beforeSequence = ("event: " + type + "\ndata: {\"type\":\"" + type + "\",\"item_id\":\"" + item.id()
                        + "\",\"output_index\":" + item.index() + position + ",\"sequence_number\":")
                .getBytes(UTF_8);
        beforeText = (more + ",\"delta\":").getBytes(UTF_8);
    }

    private void delta(String text) {
        out.appendBytes(beforeSequence).appendString(Long.toString(sequence++)).appendBytes(beforeText);
        JsonStringWriter.append(out, text);
        out.appendString("}\n\n");
    }

    private static String partType(Part part) {
        return switch (part.kind()) {
            case TEXT, REFUSAL -> "response.content_part";
            case SUMMARY -> "response.reasoning_summary_part";
        };
    }

    private static String textType(Part part) {
        return switch (part.kind()) {
            case TEXT -> "response.output_text";
            case REFUSAL -> "response.refusal";
            case SUMMARY -> "response.reasoning_summary_text";
        };
    }

    private static String indexName(Part part) {
        return part.kind() == PartKind.SUMMARY ? "summary_index" : "content_index";
    }

    private ObjectNode partEvent(String type, OutputItem item, Part part) {
        return itemEvent(type, item).put(indexName(part), part.index());
    }

    private ObjectNode itemEvent(String type, OutputItem item) {
        return event(type).put("item_id", item.id()).put("output_index", item.index());
    }

    private ObjectNode responseEvent(String type, ObjectNode response) {
        ObjectNode event = event(type);
        event.set("response", response);
        return event;
    }

    /** An event of its own, because the response of the provider is not known completely. */
    private ObjectNode error(Problem problem) {
        ObjectNode event = event("error");
        if (new OpenAiErrors().body(problem, "").get("error") instanceof ObjectNode error) {
            event.setAll(error);
            event.put("type", "error");
        }
        return event;
    }

    private ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("sequence_number", sequence++);
    }

    private void write(ObjectNode event) {
        SseText.event(out, event.get("type").textValue(), event);
    }
}
