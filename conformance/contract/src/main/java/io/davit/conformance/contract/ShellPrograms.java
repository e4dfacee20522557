package io.davit.conformance.contract;

import io.davit.core.domain.Signal;
import java.util.List;
import java.util.Optional;

/** The contract's programs in busybox: for images whose /bin has its applets. */
public final class ShellPrograms implements Programs {
    private static final int CODE_AFTER_TERM = 43;
    private static final int CODE_AFTER_USR1 = 41;
    private static final String LISTENING = "listening";

    @Override
    public List<String> untilTold() {
        // The shell is PID 1, which gets no signal it has no handler for; wait is what a trap interrupts.
        return shell("trap 'exit " + CODE_AFTER_TERM + "' TERM; trap 'exit " + CODE_AFTER_USR1 + "' USR1; echo "
                + LISTENING + "; sleep 100000 & while :; do wait; done");
    }

    @Override
    public Optional<String> listening() {
        return Optional.of(LISTENING);
    }

    @Override
    public int codeAfter(Signal signal) {
        return signal.equals(Signal.TERM) ? CODE_AFTER_TERM : CODE_AFTER_USR1;
    }

    @Override
    public List<String> stubborn() {
        return shell("trap '' TERM; while :; do sleep 1000; done");
    }

    @Override
    public List<String> exit(int code) {
        return shell("exit " + code);
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
        return shell("echo " + word + " >&2");
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

    @Override
    public List<String> leavesChild(String word) {
        return shell("sleep 60 & echo " + word);
    }

    @Override
    public List<String> server(int port) {
        return List.of("nc", "-ll", "-p", Integer.toString(port), "-e", "cat");
    }

    private static List<String> shell(String script) {
        return List.of("sh", "-c", script);
    }
}
