package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.spi.BackendProvider;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process around a {@link RunningServer}: locks, log, signals, service manager. SIGTERM and SIGINT end it with exit
 * code 0, SIGHUP reads the configuration again. Pods go on running in both cases.
 */
final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    private final ConfigOption option;
    private final List<BackendProvider> providers;
    private final ServerLauncher launcher;
    private final ServiceState service;
    private final BlockingQueue<Integer> exitCodes = new LinkedBlockingQueue<>();

    Daemon(ConfigOption option, List<BackendProvider> providers, ServerLauncher launcher, ServiceState service) {
        this.option = option;
        this.providers = List.copyOf(providers);
        this.launcher = launcher;
        this.service = service;
    }

    /**
     * Serves until it is told to stop.
     *
     * @return the exit code
     * @throws Fault if it cannot start, saying what to do
     */
    int run() throws InterruptedException {
        ServerConfig config = option.load(providers);
        LogOutput.configure(config.log());
        LOG.info("davit {} starts with {}", DavitVersion.current(), option.source());
        ServerSettings settings = config.server();
        try (DirectoryLock _ = DirectoryLock.take(settings.root());
                DirectoryLock _ = DirectoryLock.take(settings.state());
                RunningServer server = launcher.start(config, providers)) {
            Thread watch = Thread.ofVirtual().name("server-end").start(() -> waitForEndOf(server));
            UnixSignals.handle("TERM", () -> exitCodes.add(0));
            UnixSignals.handle("INT", () -> exitCodes.add(0));
            UnixSignals.handle("HUP", () -> reload(server));
            LOG.info("serving on {}", settings.socket());
            service.ready("serving on " + settings.socket());
            int exitCode = exitCodes.take();
            watch.interrupt();
            LOG.info(exitCode == 0 ? "stopping; pods go on running" : "the server has ended by itself");
            service.stopping();
            return exitCode;
        }
    }

    private void waitForEndOf(RunningServer server) {
        try {
            server.await();
            exitCodes.add(Davit.FAILED);
        } catch (InterruptedException _) {
            // told to stop: nobody waits for the server's own end any more
        }
    }

    /** Runs on a thread of the JVM's signal handling. */
    private void reload(RunningServer server) {
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
