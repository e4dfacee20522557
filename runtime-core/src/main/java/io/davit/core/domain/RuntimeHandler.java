package io.davit.core.domain;

/** A runtime handler (RuntimeClass) by name; the empty name is the node's default handler. */
public record RuntimeHandler(String name) {
    public static final RuntimeHandler DEFAULT = new RuntimeHandler("");

    public boolean isDefault() {
        return name.isEmpty();
    }

    @Override
    public String toString() {
        return isDefault() ? "the default handler" : name;
    }
}
