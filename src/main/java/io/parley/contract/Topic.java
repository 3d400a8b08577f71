package io.parley.contract;

/**
 * Addresses an event that is published to all subscribers. Named {@code <owner>.<past participle>}; mirrored as JSON
 * at {@code <name>.json}.
 */
public record Topic<E extends Message>(String name, Class<E> eventType) {

    /** The address of the JSON mirror, for subscribers without the codec. */
    public String mirror() {
        return name + ".json";
    }
}
