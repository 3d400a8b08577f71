package io.parley.demo.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Values for a JSON schema")
class InstanceGeneratorTest {

    private static final JsonMapper MAPPER = new JsonMapper();

    @ParameterizedTest(name = "{0}")
    @DisplayName("match the schema, by an independent validator")
    @ValueSource(
            strings = {
                // objects
                """
                {"type":"object"}""",
                """
                {"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a","b"],"additionalProperties":false}""",
                """
                {"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"object","properties":
                {"c":{"type":"boolean"}},"required":["c"]}},"required":["b"]}},"required":["a"]}""",
                """
                {"type":"object","required":["undeclared"]}""",
                """
                {"type":"object","required":["x"],"additionalProperties":{"type":"integer","minimum":7}}""",
                """
                {"type":"object","minProperties":3,"properties":{"a":{"type":"null"}},"additionalProperties":{"type":"string"}}""",
                """
                {"type":"object","minProperties":2,"patternProperties":{"^x-[a-z]+$":{"type":"integer"}},"additionalProperties":false}""",
                """
                {"type":"object","minProperties":2,"propertyNames":{"pattern":"^[A-Z]{3}$"}}""",
                """
                {"type":"object","properties":{"card":{"type":"string"},"bill":{"type":"string","minLength":2}},"required":["card"],
                "dependentRequired":{"card":["bill"]}}""",
                """
                {"type":"object","properties":{"a":{"type":"string"}},"required":["a"],
                "dependentSchemas":{"a":{"required":["b"],"properties":{"b":{"const":5}}}}}""",
                """
                {"properties":{"inferred":{"minLength":2}},"required":["inferred"]}""",
                // constants
                """
                {"type":"object","properties":{"k":{"const":{"deep":[1,null,"x"]}},"e":{"enum":[3,"a",null]}},"required":["k","e"]}""",
                """
                {"type":"object","properties":{"e":{"type":"string","enum":[1,"b"]}},"required":["e"]}""",
                """
                {"type":"object","properties":{"e":{"enum":[1,2,3],"not":{"const":1}}},"required":["e"]}""",
                // arrays
                """
                {"type":"array","items":{"type":"string"},"minItems":3}""",
                """
                {"type":"array","items":{"type":"string"},"minItems":3,"uniqueItems":true}""",
                """
                {"type":"array","items":{"type":"boolean"},"minItems":2,"uniqueItems":true}""",
                """
                {"type":"array","items":{"enum":["a","b","c"]},"minItems":3,"uniqueItems":true}""",
                """
                {"type":"array","items":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]},"minItems":3,"uniqueItems":true}""",
                """
                {"type":"array","prefixItems":[{"type":"integer"},{"type":"string","minLength":1}],"items":false,"minItems":2}""",
                """
                {"type":"array","contains":{"type":"integer","minimum":5},"minContains":2}""",
                """
                {"type":"array","prefixItems":[{"type":"string"}],"contains":{"type":"integer"},"minItems":1}""",
                // numbers
                """
                {"type":"object","properties":{"a":{"type":"integer","minimum":3},"b":{"type":"integer","maximum":-2},
                "c":{"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":2},"d":{"type":"integer","minimum":1,"multipleOf":7},
                "e":{"type":"integer","minimum":1.5}},"required":["a","b","c","d","e"]}""",
                """
                {"type":"object","properties":{"a":{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1},
                "b":{"type":"number","multipleOf":0.25,"minimum":0.3},"c":{"type":"number","maximum":-0.5}},"required":["a","b","c"]}""",
                // texts
                """
                {"type":"object","properties":{"a":{"type":"string","minLength":5,"maxLength":5},"b":{"type":"string","maxLength":0}},
                "required":["a","b"]}""",
                """
                {"type":"object","properties":{"a":{"type":"string","format":"date-time"},"b":{"type":"string","format":"date"},
                "c":{"type":"string","format":"time"},"d":{"type":"string","format":"email"},"e":{"type":"string","format":"uuid"},
                "f":{"type":"string","format":"uri"},"g":{"type":"string","format":"ipv4"},"h":{"type":"string","format":"ipv6"},
                "i":{"type":"string","format":"hostname"},"j":{"type":"string","format":"duration"},"k":{"type":"string","format":"made-up"}},
                "required":["a","b","c","d","e","f","g","h","i","j","k"]}""",
                """
                {"type":"array","items":{"type":"string","format":"date"},"minItems":3,"uniqueItems":true}""",
                """
                {"type":"string","format":"uri","minLength":60}""",
                """
                {"type":"object","properties":{"a":{"type":"string","pattern":"^[A-Z]{2}-\\\\d{3,}$"},"b":{"type":"string","pattern":"^(foo|bar)+\\\\.x?$"},
                "c":{"type":"string","pattern":"^[^a-z]{4}$"},"d":{"type":"string","pattern":"\\\\S+@\\\\S+"},"e":{"type":"string","pattern":"^a+$","minLength":9}},
                "required":["a","b","c","d","e"]}""",
                // types
                """
                {"type":"object","properties":{"a":{"type":["string","null"]},"b":{"type":["null","integer"]},"c":{},"d":true},"required":["a","b","c","d"]}""",
                // combinations
                """
                {"anyOf":[{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},{"type":"null"}]}""",
                """
                {"anyOf":[{"type":"string","minLength":3,"maxLength":2},{"type":"integer"}]}""",
                """
                {"oneOf":[{"type":"number"},{"type":"integer"}]}""",
                """
                {"type":"object","oneOf":[{"properties":{"kind":{"const":"a"}},"required":["kind"]},{"properties":{"kind":{"const":"b"}},"required":["kind"]}]}""",
                """
                {"allOf":[{"type":"object","properties":{"a":{"type":"number","minimum":2}},"required":["a"]},
                {"type":"object","properties":{"a":{"type":"integer","maximum":2},"b":{"type":"string"}},"required":["b"]}]}""",
                """
                {"type":"object","properties":{"country":{"enum":["US","DE"]}},"required":["country"],
                "if":{"properties":{"country":{"const":"US"}}},"then":{"required":["zip"],"properties":{"zip":{"type":"string","pattern":"^\\\\d{5}$"}}},
                "else":{"required":["plz"]}}""",
                """
                {"not":{"type":"string"}}""",
                """
                {"type":"object","properties":{"a":{"type":"string","not":{"enum":["","a"]}}},"required":["a"]}""",
                // references
                """
                {"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{"value":{"type":"integer"},
                "next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["value","next"],"additionalProperties":false}}}""",
                """
                {"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"}},"parent":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},
                "required":["children","parent"]}""",
                """
                {"$ref":"#/definitions/expr","definitions":{"expr":{"anyOf":[{"type":"object","properties":{"left":{"$ref":"#/definitions/expr"},
                "right":{"$ref":"#/definitions/expr"}},"required":["left","right"]},{"type":"object","properties":{"literal":{"type":"number"}},"required":["literal"]}]}}}""",
                """
                {"type":"object","properties":{"x":{"$ref":"#/$defs/a~1b%25c"}},"required":["x"],"$defs":{"a/b%c":{"type":"integer","minimum":4}}}""",
                """
                {"type":"object","properties":{"x":{"$ref":"#/$defs/base","maxLength":3}},"required":["x"],"$defs":{"base":{"type":"string","minLength":3}}}""",
                """
                {"type":"object","properties":{"a":{"$ref":"#/$defs/id"},"b":{"$ref":"#/$defs/id"}},"required":["a","b"],"$defs":{"id":{"type":"string","minLength":1}}}""",
                """
                {"type":"object","properties":{"x":{"$ref":"#word"}},"required":["x"],"$defs":{"w":{"$anchor":"word","type":"string","minLength":2}}}""",
            })
    void matching(String schema) throws Exception {
        JsonNode instance = InstanceGenerator.generate(MAPPER.readTree(schema));
        assertValid(schema, instance);
    }

    private static void assertValid(String schema, JsonNode instance) {
        Validator validator = Validator.create(
                JsonSchema.of(new JsonObject(schema)),
                new JsonSchemaOptions().setBaseUri("https://parley.invalid").setDraft(Draft.DRAFT202012));
        OutputUnit result = validator.validate(Json.decodeValue(instance.toString()));
        assertThat(result.getValid()).as("%s for %s", instance, schema).isTrue();
    }

    @ParameterizedTest
    @DisplayName("are as small as they can be, and take the first branch and constant")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | {}",
                "true | {}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}} | {}",
                "{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"string\"},\"a\":{\"type\":\"number\"}},\"required\":[\"a\",\"b\"]} | {\"b\":\"\",\"a\":0}",
                "{\"type\":\"object\",\"properties\":{\"e\":{\"enum\":[\"x\",\"y\"]},\"f\":{\"type\":\"boolean\"}},\"required\":[\"e\",\"f\"]} | {\"e\":\"x\",\"f\":false}",
                "{\"anyOf\":[{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"null\"}},{\"type\":\"null\"}]} | [null]",
                "{\"type\":\"object\",\"properties\":{\"self\":{\"anyOf\":[{\"$ref\":\"#\"},{\"type\":\"null\"}]}},\"required\":[\"self\"]} | {\"self\":null}",
                "{\"type\":\"integer\",\"exclusiveMinimum\":4,\"maximum\":100} | 5",
                "{\"type\":\"string\",\"minLength\":3} | \"aaa\"",
                "{\"type\":\"array\",\"items\":{\"type\":\"string\"}} | []",
            })
    void smallest(String schema, String expected) throws Exception {
        assertThat(InstanceGenerator.generate(MAPPER.readTree(schema)).toString())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @DisplayName("are refused if none exists, or if none is found within limits")
    @ValueSource(
            strings = {
                "false",
                "{\"type\":\"string\",\"minLength\":3,\"maxLength\":2}",
                "{\"type\":\"object\",\"properties\":{\"a\":false},\"required\":[\"a\"]}",
                "{\"type\":\"object\",\"properties\":{\"self\":{\"$ref\":\"#\"}},\"required\":[\"self\"]}",
                "{\"$ref\":\"#/$defs/missing\"}",
                "{\"$ref\":\"https://example.com/schema.json\"}",
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/a\"}}}",
                "{\"type\":\"string\",\"pattern\":\"(?=x)y\"}",
                "{\"type\":\"string\",\"pattern\":\"[\"}",
                "{\"type\":\"string\",\"minLength\":1000000000}",
                "{\"type\":\"array\",\"minItems\":1000000000}",
                "{\"type\":\"object\",\"minProperties\":1000000000}",
                "{\"type\":\"array\",\"items\":{\"type\":\"boolean\"},\"minItems\":3,\"uniqueItems\":true}",
                "{\"type\":\"nonsense\"}",
                "{\"const\":1,\"not\":{\"const\":1}}",
            })
    void refused(String schema) throws Exception {
        JsonNode parsed = MAPPER.readTree(schema);
        assertThatThrownBy(() -> InstanceGenerator.generate(parsed)).isInstanceOf(UnsupportedSchema.class);
    }

    @ParameterizedTest
    @DisplayName("are found or refused in bounded time, also for schemas that multiply")
    @ValueSource(ints = {5, 50, 400})
    void bounded(int levels) throws Exception {
        StringBuilder definitions = new StringBuilder("\"d0\":{\"type\":\"string\",\"not\":{}}");
        for (int level = 1; level <= levels; level++) {
            String reference = "{\"$ref\":\"#/$defs/d" + (level - 1) + "\"}";
            definitions.append(",\"d" + level + "\":{\"anyOf\":[" + reference + "," + reference + "]}");
        }
        JsonNode schema = MAPPER.readTree("{\"$ref\":\"#/$defs/d" + levels + "\",\"$defs\":{" + definitions + "}}");
        long start = System.nanoTime();
        assertThatThrownBy(() -> InstanceGenerator.generate(schema)).isInstanceOf(UnsupportedSchema.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
}
