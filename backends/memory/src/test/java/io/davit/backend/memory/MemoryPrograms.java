package io.davit.backend.memory;

import io.davit.conformance.contract.Programs;
import io.davit.core.domain.Signal;
import java.util.List;

/** The contract's programs in the words of {@link Program}. */
final class MemoryPrograms implements Programs {
    @Override
    public List<String> untilTold() {
        return List.of("sleep", "infinity");
    }

    @Override
    public int codeAfter(Signal signal) {
        return 128 + signal.number();
    }

    @Override
    public List<String> stubborn() {
        return List.of("stubborn");
    }

    @Override
    public List<String> exit(int code) {
        return List.of("exit", Integer.toString(code));
    }

    @Override
    public List<String> missing() {
        return List.of("/no/such/program");
    }

    @Override
    public List<String> echo(String word) {
        return List.of("echo", word);
    }

    @Override
    public List<String> complain(String word) {
        return List.of("complain", word);
    }

    @Override
    public List<String> lines(int count) {
        return List.of("seq", Integer.toString(count));
    }

    @Override
    public List<String> cat() {
        return List.of("cat");
    }

    @Override
    public List<String> sleep(int seconds) {
        return List.of("sleep", Integer.toString(seconds));
    }

    /** There are no children here; what the exec shows is the same. */
    @Override
    public List<String> leavesChild(String word) {
        return echo(word);
    }

    @Override
    public List<String> server(int port) {
        return List.of("serve", Integer.toString(port));
    }
}
