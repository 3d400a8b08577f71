package io.parley.config.reader;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rejects aliases, which the parser would read as plain strings, and records on which lines the items of the root's lists begin. */
final class StrictYamlParser extends JsonParserDelegate {

    private final YAMLParser yaml;
    private final Map<String, List<Integer>> itemLines = new HashMap<>();

    StrictYamlParser(YAMLParser yaml) {
        super(yaml);
        this.yaml = yaml;
    }

    /** Line numbers of the items read so far, by the key of their list. */
    Map<String, List<Integer>> itemLines() {
        return itemLines;
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
        JsonToken token = super.nextToken();
        if (token != null) {
            if (yaml.isCurrentAlias()) {
                throw new JsonParseException(this, "aliases are not supported");
            }
            recordItem(token);
        }
        return token;
    }

    private void recordItem(JsonToken token) {
        if (!token.isScalarValue() && !token.isStructStart()) {
            return;
        }
        JsonStreamContext context = yaml.getParsingContext();
        JsonStreamContext list = token.isStructStart() ? context.getParent() : context;
        if (list.inArray()
                && list.getParent().inObject()
                && list.getParent().getParent().inRoot()) {
            itemLines
                    .computeIfAbsent(list.getParent().getCurrentName(), _ -> new ArrayList<>())
                    .add(yaml.currentTokenLocation().getLineNr());
        }
    }
}
