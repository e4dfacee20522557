package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.spi.BackendProvider;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code davit serve}: the daemon around {@link CriServer}. SIGTERM and SIGINT end it with exit code 0, SIGHUP reads the
 * configuration again. Pods go on running in both cases.
 */
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    private final ConfigOption option = new ConfigOption();
    private final Supplier<List<BackendProvider>> backends;

    private ServeCommand(Supplier<List<BackendProvider>> backends) {
        this.backends = backends;
    }

    static CommandSpec spec(Supplier<List<BackendProvider>> backends) {
        ServeCommand serve = new ServeCommand(backends);
        return Davit.command("Runs the daemon until SIGTERM; SIGHUP reads the configuration again.", serve)
                .addOption(serve.option.option());
    }

    @Override
    public Integer call() throws InterruptedException {
        List<BackendProvider> providers = backends.get();
        ServerConfig config = option.load(providers);
        LogOutput.configure(config.log());
        LOG.info("davit {} starts with {}", DavitVersion.current(), option.source());
        try (DirectoryLock _ = DirectoryLock.take(config.server().root());
                DirectoryLock _ = DirectoryLock.take(config.server().state());
                RunningServer server = CriServer.start(config, providers)) {
            LOG.info("serving on {}", config.server().socket());
            return waitForEnd(server, providers);
        }
    }

    private int waitForEnd(RunningServer server, List<BackendProvider> providers) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        UnixSignals.handle("HUP", () -> reload(server, providers));
        UnixSignals.handle("TERM", end::countDown);
        UnixSignals.handle("INT", end::countDown);
        Thread watch = Thread.ofVirtual().name("server-end").start(() -> {
            try {
                server.await();
                end.countDown();
            } catch (InterruptedException _) {
                // asked to stop: nobody waits for the server's own end any more
            }
        });
        end.await();
        boolean byItself = !watch.isAlive();
        watch.interrupt();
        LOG.info(byItself ? "the server has ended by itself" : "stopping; pods go on running");
        return byItself ? Davit.FAILED : 0;
    }

    private void reload(RunningServer server, List<BackendProvider> providers) {
        try {
            ServerConfig config = option.load(providers);
            LogOutput.configure(config.log());
            server.reload(config);
            LOG.info("configuration read again from {}", option.source());
        } catch (Fault fault) {
            LOG.error("the configuration was not read again, the old one stays in force: {}", fault.getMessage());
        }
    }
}
