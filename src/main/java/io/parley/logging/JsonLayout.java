package io.parley.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.slf4j.event.KeyValuePair;

/**
 * Formats a log event as one flat JSON object per line. Escapes all non-ASCII characters, so that no value can forge
 * a line.
 */
final class JsonLayout extends LayoutBase<ILoggingEvent> {

    /** Shares its buffers: thread-local ones would multiply with the virtual threads, one per conversation. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
            .build();

    /** The only control character that JSON does not escape. */
    private static final String ESCAPED_DELETE = "\\u007f";

    @Override
    public String doLayout(ILoggingEvent event) {
        StringWriter line = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("time", event.getInstant().toString());
            json.writeStringField("level", event.getLevel().toString());
            json.writeStringField("logger", event.getLoggerName());
            json.writeStringField("message", event.getFormattedMessage());
            if (event.getKeyValuePairs() != null) {
                for (KeyValuePair pair : event.getKeyValuePairs()) {
                    write(pair, json);
                }
            }
            if (event.getThrowableProxy() != null) {
                json.writeStringField("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.append('\n').toString().replace("\u007f", ESCAPED_DELETE);
    }

    private static void write(KeyValuePair pair, JsonGenerator json) throws IOException {
        switch (pair.value) {
            case Integer number -> json.writeNumberField(pair.key, number);
            case Long number -> json.writeNumberField(pair.key, number);
            case Double number -> json.writeNumberField(pair.key, number);
            case Boolean flag -> json.writeBooleanField(pair.key, flag);
            case null -> json.writeNullField(pair.key);
            default -> json.writeStringField(pair.key, pair.value.toString());
        }
    }
}
