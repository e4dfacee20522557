package io.davit.core.streaming;

/** How Exec or Attach ended, as far as the client learns it. */
sealed interface CommandStatus {
    /** The command ran; {@code code} is its exit code. Attach, which does not know one, says 0. */
    record Exited(int code) implements CommandStatus {}

    /** It could not be run, or was lost while it ran. */
    record Failed(String why) implements CommandStatus {}
}
