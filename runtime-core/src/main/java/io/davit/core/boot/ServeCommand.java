package io.davit.core.boot;

import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.BackendProvider;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** {@code davit serve}: reads the configuration and runs the {@link Daemon} with it. */
final class ServeCommand implements Callable<Integer> {
    private final ConfigOption option = new ConfigOption();
    private final Supplier<List<BackendProvider>> backends;
    private final ServerLauncher launcher;

    private ServeCommand(Supplier<List<BackendProvider>> backends, ServerLauncher launcher) {
        this.backends = backends;
        this.launcher = launcher;
    }

    static CommandSpec spec(Supplier<List<BackendProvider>> backends, ServerLauncher launcher) {
        ServeCommand serve = new ServeCommand(backends, launcher);
        return Davit.command("Runs the daemon until SIGTERM; SIGHUP reads the configuration again.", serve)
                .addOption(serve.option.option());
    }

    @Override
    public Integer call() throws InterruptedException {
        List<BackendProvider> providers = backends.get();
        ServiceState service =
                new ServiceState(Optional.ofNullable(System.getenv("NOTIFY_SOCKET")), new ChildProcesses(1));
        return new Daemon(option, providers, launcher, service).run();
    }
}
