package io.parley.testing;

import io.parley.bus.ContractJson;
import io.parley.contract.Addresses;
import io.parley.contract.Ask;
import io.parley.contract.Problem;
import io.parley.contract.Topic;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Generates the parts of the AsyncAPI document that follow from the contract: addresses, requests, replies, facts and their fields. */
public final class AsyncApiGenerator {

    private final Map<String, Class<?>> types = new TreeMap<>();
    private final List<Ask<?, ?>> requests = new ArrayList<>();
    private final List<Topic<?>> topics = new ArrayList<>();

    public AsyncApiGenerator() throws IllegalAccessException {
        for (Field field : Addresses.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers())) {
                switch (field.get(null)) {
                    case Ask<?, ?> ask -> requests.add(ask);
                    case Topic<?> topic -> topics.add(topic);
                    default -> throw new IllegalStateException(field.getName());
                }
            }
        }
        requests.add(Addresses.providerOpen("{name}"));
        requests.add(Addresses.providerCancel("{name}"));
        requests.add(Addresses.follow("{source}"));
        requests.forEach(ask -> {
            add(ask.requestType());
            add(ask.replyType());
        });
        topics.forEach(topic -> add(topic.eventType()));
        add(Problem.class);
    }

    /** Returns all addresses with their messages. */
    public String channels() {
        StringBuilder out = new StringBuilder();
        for (Ask<?, ?> ask : requests) {
            out.append("  ").append(key(ask.name())).append(":\n");
            out.append("    address: '").append(ask.name()).append("'\n");
            out.append(parameters(ask.name()));
            out.append("    servers: [{$ref: '#/servers/bus'}]\n    messages:\n");
            out.append("      request: ")
                    .append(ref("messages", name(ask.requestType())))
                    .append('\n');
            out.append("      reply: ")
                    .append(ref("messages", name(ask.replyType())))
                    .append('\n');
            out.append("      problem: ").append(ref("messages", "Problem")).append('\n');
        }
        for (Topic<?> topic : topics) {
            out.append("  ").append(key(topic.name())).append(":\n");
            out.append("    address: '").append(topic.name()).append("'\n");
            out.append("    description: 'Also published as JSON at ")
                    .append(topic.mirror())
                    .append("'\n");
            out.append("    servers: [{$ref: '#/servers/bus'}]\n    messages:\n");
            out.append("      fact: ")
                    .append(ref("messages", name(topic.eventType())))
                    .append('\n');
        }
        return out.toString();
    }

    /** Returns one operation per address: it receives requests or sends facts. */
    public String operations() {
        return requests.stream()
                        .map(ask -> "  " + key(ask.name()) + ": {action: receive, channel: " + channel(ask.name())
                                + ", messages: [" + message(ask.name(), "request") + "], reply: {channel: "
                                + channel(ask.name()) + ", messages: [" + message(ask.name(), "reply") + ", "
                                + message(ask.name(), "problem") + "]}}\n")
                        .collect(Collectors.joining())
                + topics.stream()
                        .map(topic -> "  " + key(topic.name()) + ": {action: send, channel: " + channel(topic.name())
                                + ", messages: [" + message(topic.name(), "fact") + "]}\n")
                        .collect(Collectors.joining());
    }

    /** Returns all messages of the bus. */
    public String messages() {
        Stream<Class<?>> roots = Stream.concat(
                requests.stream().flatMap(ask -> Stream.of(ask.requestType(), ask.replyType())),
                topics.stream().map(Topic::eventType));
        return Stream.concat(roots, Stream.of(Problem.class))
                .map(AsyncApiGenerator::name)
                .distinct()
                .sorted()
                .map(name -> "    " + name + ": {payload: " + ref("schemas", name) + "}\n")
                .collect(Collectors.joining());
    }

    /** Returns the schemas of all types that occur in messages. */
    public String schemas() {
        return types.entrySet().stream()
                .map(type -> "    " + type.getKey() + ": " + schema(type.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    private void add(Class<?> root) {
        Deque<Class<?>> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            Class<?> type = open.pop();
            if (types.putIfAbsent(name(type), type) == null) {
                Stream<Class<?>> next = type.isRecord()
                        ? Arrays.stream(type.getRecordComponents())
                                .flatMap(part -> contractTypes(part.getGenericType()))
                        : type.isSealed() ? Arrays.stream(type.getPermittedSubclasses()) : Stream.empty();
                next.forEach(open::push);
            }
        }
    }

    /** Returns the types of the contract that {@code type} refers to. */
    private static Stream<Class<?>> contractTypes(Type type) {
        return switch (type) {
            case ParameterizedType generic ->
                Arrays.stream(generic.getActualTypeArguments()).flatMap(AsyncApiGenerator::contractTypes);
            case Class<?> plain when plain.getName().startsWith("io.parley.") -> Stream.of(plain);
            default -> Stream.empty();
        };
    }

    private static String schema(Class<?> type) {
        if (type.isEnum()) {
            return "{type: string, enum: " + Arrays.toString(type.getEnumConstants()) + "}";
        }
        if (type.isSealed()) {
            return Arrays.stream(type.getPermittedSubclasses())
                    .map(each -> ref("schemas", name(each)))
                    .collect(Collectors.joining(", ", "{oneOf: [", "]}"));
        }
        List<String> properties = new ArrayList<>();
        List<String> required = new ArrayList<>();
        if (isTagged(type)) {
            properties.add("is: {const: " + type.getSimpleName() + "}");
            required.add("is");
        }
        for (RecordComponent part : type.getRecordComponents()) {
            properties.add(part.getName() + ": " + property(part.getGenericType()));
            if (!part.getType().getSimpleName().startsWith("Optional")) {
                required.add(part.getName());
            }
        }
        return "{type: object, required: " + required + ", properties: {" + String.join(", ", properties) + "}}";
    }

    private static String property(Type type) {
        return switch (type) {
            case ParameterizedType generic
            when generic.getRawType() == Optional.class -> property(generic.getActualTypeArguments()[0]);
            case ParameterizedType generic
            when Collection.class.isAssignableFrom((Class<?>) generic.getRawType()) ->
                "{type: array, items: " + property(generic.getActualTypeArguments()[0]) + "}";
            case ParameterizedType generic
            when generic.getRawType() == Map.class ->
                "{type: object, additionalProperties: " + property(generic.getActualTypeArguments()[1]) + "}";
            case Class<?> plain -> primitiveSchema(plain);
            default -> throw new IllegalStateException("no schema for " + type);
        };
    }

    private static String primitiveSchema(Class<?> type) {
        if (type.getName().startsWith("io.parley.")) {
            return ref("schemas", name(type));
        }
        if (type == int.class || type == long.class || type == OptionalInt.class || type == OptionalLong.class) {
            return "{type: integer}";
        }
        if (type == double.class || type == OptionalDouble.class) {
            return "{type: number}";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "{type: boolean}";
        }
        return type == Instant.class
                ? "{type: string, format: date-time}"
                : type == Duration.class ? "{type: string, format: duration}" : "{type: string}";
    }

    /** A subtype of a sealed interface has its simple name in the property {@code is}. */
    private static boolean isTagged(Class<?> type) {
        return Arrays.stream(type.getInterfaces())
                .anyMatch(each -> ContractJson.MAPPER.findMixInClassFor(each) != null || isTagged(each));
    }

    private static String name(Class<?> type) {
        return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
    }

    private static String parameters(String address) {
        return Stream.of("name", "source")
                .filter(parameter -> address.contains("{" + parameter + "}"))
                .map(parameter -> "    parameters: {" + parameter + ": {}}\n")
                .collect(Collectors.joining());
    }

    private static String key(String address) {
        return "bus." + address.replaceAll("[{}]", "");
    }

    private static String channel(String address) {
        return "{$ref: '#/channels/" + key(address) + "'}";
    }

    private static String message(String address, String message) {
        return "{$ref: '#/channels/" + key(address) + "/messages/" + message + "'}";
    }

    private static String ref(String kind, String name) {
        return "{$ref: '#/components/" + kind + "/" + name + "'}";
    }
}
