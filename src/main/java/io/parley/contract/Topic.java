package io.parley.contract;

/** The address of a fact, told to whoever listens. Named {@code <owner>.<past participle>}; JSON mirror at {@code <name>.json}. */
public record Topic<E extends Message>(String name, Class<E> event) {

    /** Where guests without our codec hear the same fact as JSON. */
    public String mirror() {
        return name + ".json";
    }
}
