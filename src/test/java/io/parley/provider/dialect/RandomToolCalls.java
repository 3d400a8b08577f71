package io.parley.provider.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.testing.ProviderWireFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A random stream of text and tool calls, in the forms that providers of one format use, and the calls that it contains. */
final class RandomToolCalls {

    private static final List<String> ARGUMENTS =
            List.of("", "{}", "{\"city\":\"Köln 👩‍👧\"}", "{\"a\":[1,{\"b\":\"}{\"}]}", "{\"q\":\"\\\"\\\\\"}");

    private final ProviderWireFormat wire;
    private final Random random;
    private final boolean documented;
    private final StringBuilder stream = new StringBuilder();
    private final StringBuilder words = new StringBuilder();
    private final List<Call> calls = new ArrayList<>();
    private int named;

    /** @param documented only the forms that the format's own provider documents */
    RandomToolCalls(ProviderWireFormat wire, Random random, boolean documented) {
        this.wire = wire;
        this.documented = documented;
        this.random = random;
        for (int each = 0; each <= random.nextInt(4); each++) {
            calls.add(new Call(
                    each,
                    "call_" + each,
                    "tool_" + random.nextInt(3),
                    ARGUMENTS.get(random.nextInt(ARGUMENTS.size()))));
        }
        switch (wire) {
            case OPENAI -> openAi();
            case ANTHROPIC -> anthropic();
            case OLLAMA -> ollama();
        }
    }

    byte[] bytes() {
        return text().getBytes(UTF_8);
    }

    String text() {
        return stream.toString();
    }

    String words() {
        return words.toString();
    }

    /** The calls as {@code id name arguments}, in the order in which they got a name. */
    Map<Integer, String> calls() {
        Map<Integer, String> expected = new TreeMap<>();
        calls.stream()
                .sorted(Comparator.comparing(call -> call.order))
                .forEach(call -> expected.put(
                        expected.size(),
                        call.id + " " + call.name + " " + (call.arguments.isEmpty() ? "{}" : call.arguments)));
        return expected;
    }

    /** With indexes or only ids; sequential or interleaved; with late names, changing ids, and text between the pieces. */
    private void openAi() {
        boolean indexes = random.nextBoolean() || documented;
        boolean interleaved = random.nextBoolean();
        boolean changingIds = indexes && random.nextInt(4) == 0 && !documented;
        boolean lateNames = random.nextInt(3) == 0 && !documented;
        stream.append(wire.begin());
        List<Call> left = new ArrayList<>(calls);
        while (!left.isEmpty()) {
            maybeWord();
            Call call = left.get(interleaved ? random.nextInt(left.size()) : 0);
            boolean name = call.begun ? !call.hasName : !lateNames;
            String arguments = name || call.hasName ? call.next(random) : "";
            StringBuilder piece = new StringBuilder("{");
            if (indexes) {
                piece.append("\"index\":").append(call.index).append(',');
            }
            if (!call.begun || !indexes) {
                piece.append("\"id\":\"").append(call.id).append("\",");
            } else if (changingIds) {
                piece.append("\"id\":\"other_").append(random.nextInt()).append("\",");
            }
            piece.append("\"type\":\"function\",\"function\":{");
            if (name) {
                piece.append("\"name\":\"").append(call.name).append("\",");
                call.order = named++;
                call.hasName = true;
            } else if (random.nextBoolean() && !documented) {
                piece.append("\"name\":").append(random.nextBoolean() ? "\"\"," : "null,");
            }
            piece.append("\"arguments\":").append(quote(arguments)).append("}}");
            call.begun = true;
            stream.append(
                            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[")
                    .append(piece)
                    .append("]},\"finish_reason\":null}]}\n\n");
            left.removeIf(each -> each.hasName && each.rest.isEmpty());
        }
        stream.append(wire.finish(random.nextBoolean() ? "tool_calls" : "stop", 3, 3))
                .append(wire.end());
    }

    private void anthropic() {
        stream.append(
                "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
                        + "\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n");
        int block = 0;
        for (Call call : calls) {
            call.order = named++;
            if (random.nextBoolean()) {
                String word = word();
                event(block, "start", "\"content_block\":{\"type\":\"text\",\"text\":\"\",\"citations\":null}");
                event(block, "delta", "\"delta\":{\"type\":\"text_delta\",\"text\":\"" + word + "\"}");
                event(block++, "stop", "\"x\":0");
            }
            boolean inStart = random.nextInt(4) == 0 && !call.arguments.isEmpty() && !documented;
            event(
                    block,
                    "start",
                    "\"content_block\":{\"type\":\"tool_use\",\"id\":\"" + call.id + "\",\"name\":\"" + call.name
                            + "\",\"input\":" + (inStart ? call.arguments : "{}") + "}");
            if (documented) {
                event(block, "delta", "\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"\"}");
            }
            while (!inStart && !call.rest.isEmpty()) {
                event(
                        block,
                        "delta",
                        "\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":" + quote(call.next(random)) + "}");
            }
            if (random.nextInt(5) > 0 || documented) {
                event(block, "stop", "\"x\":0");
            }
            block++;
        }
        stream.append(
                        "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},"
                                + "\"usage\":{\"output_tokens\":3}}\n\n")
                .append(wire.end());
    }

    private void event(int block, String what, String fields) {
        stream.append("data: {\"type\":\"content_block_" + what + "\",\"index\":" + block + "," + fields + "}\n\n");
    }

    private void ollama() {
        List<String> line = new ArrayList<>();
        for (Call call : calls) {
            call.order = named++;
            String arguments = call.arguments.isEmpty() ? random.nextBoolean() ? "null" : "{}" : call.arguments;
            boolean text = random.nextInt(4) == 0 && !call.arguments.isEmpty();
            line.add("{\"id\":\"" + call.id + "\",\"function\":{\"name\":\"" + call.name + "\",\"arguments\":"
                    + (text ? quote(arguments) : arguments) + "}}");
            if (random.nextBoolean()) {
                flush(line);
                maybeWord();
            }
        }
        flush(line);
        stream.append(wire.finish("stop", 3, 3));
    }

    private void flush(List<String> line) {
        stream.append(
                "{\"message\":{\"content\":\"\",\"tool_calls\":[" + String.join(",", line) + "]},\"done\":false}\n");
        line.clear();
    }

    /** A JSON string in ASCII, because a piece may end inside a surrogate pair. */
    private static String quote(String text) {
        StringBuilder out = new StringBuilder();
        for (char each : ProviderWireFormat.quote(text).toCharArray()) {
            out.append(each < 0x7F ? String.valueOf(each) : String.format("\\u%04x", (int) each));
        }
        return out.toString();
    }

    private void maybeWord() {
        if (random.nextInt(3) == 0) {
            stream.append(wire.token(word()));
        }
    }

    private String word() {
        String word = "word" + random.nextInt(100) + " ";
        words.append(word);
        return word;
    }

    private static final class Call {
        private final int index;
        private final String id;
        private final String name;
        private final String arguments;
        private String rest;
        private boolean begun;
        private boolean hasName;
        private int order;

        private Call(int index, String id, String name, String arguments) {
            this.index = index;
            this.id = id;
            this.name = name;
            this.arguments = arguments;
            this.rest = arguments;
        }

        /** The next characters of the arguments. */
        private String next(Random random) {
            int length = Math.min(rest.length(), random.nextInt(6));
            String next = rest.substring(0, length);
            rest = rest.substring(length);
            return next;
        }
    }
}
