package io.davit.core.boot;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sends the log to standard error. Logback finds this class as a service, so that it searches for no XML file, and even
 * what is logged before the configuration was read has our form. java.util.logging (gRPC) and System.Logger, which
 * writes to it, go the same way.
 */
public final class LogOutput extends ContextAwareBase implements Configurator {
    private static final LogSettings BEFORE_CONFIGURATION =
            new LogSettings(LogSettings.Level.INFO, LogSettings.Format.AUTO);

    /** Libraries whose debug output drowns ours; they speak it only on level trace. */
    private static final List<String> CHATTY = List.of("io.grpc", "io.netty", "com.tngtech", "jdk.internal");

    private static final String APPENDER = "stderr";

    /** For logback, which calls it once; tests name a file of their own. */
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        apply(context, BEFORE_CONFIGURATION);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Applies level and form from now on; loses no event. */
    static void configure(LogSettings settings) {
        apply((LoggerContext) LoggerFactory.getILoggerFactory(), settings);
        bridge(settings.level());
    }

    private static void apply(LoggerContext context, LogSettings settings) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level(settings.level()));
        boolean everything = settings.level() == LogSettings.Level.TRACE;
        for (String name : CHATTY) {
            context.getLogger(name).setLevel(everything ? Level.TRACE : higher(root.getLevel(), Level.INFO));
        }
        // grpc-java sets SO_KEEPALIVE on every connection, and Netty warns that unix sockets have no such option.
        context.getLogger("io.netty.bootstrap").setLevel(Level.ERROR);
        Appender<ILoggingEvent> before = root.getAppender(APPENDER);
        root.addAppender(appender(context, settings.format()));
        if (before == null) return;
        root.detachAppender(before);
        before.stop();
    }

    private static Appender<ILoggingEvent> appender(LoggerContext context, LogSettings.Format format) {
        LogLine layout = new LogLine(format == LogSettings.Format.AUTO ? detected() : format);
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setName(APPENDER);
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    /** JOURNAL_STREAM is inherited further than the stream: our stderr must be that socket (systemd.exec(5)). */
    private static LogSettings.Format detected() {
        String stream = System.getenv().getOrDefault("JOURNAL_STREAM", "");
        try {
            String inode = stream.substring(stream.indexOf(':') + 1);
            String stderr = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            boolean isJournal = !inode.isEmpty() && stderr.equals("socket:[" + inode + "]");
            return isJournal ? LogSettings.Format.JOURNAL : LogSettings.Format.PLAIN;
        } catch (IOException _) {
            return LogSettings.Format.PLAIN; // no /proc, hence no journald either
        }
    }

    private static void bridge(LogSettings.Level level) {
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
        boolean everything = level == LogSettings.Level.TRACE;
        LogManager.getLogManager()
                .getLogger("")
                .setLevel(everything ? java.util.logging.Level.ALL : java.util.logging.Level.INFO);
    }

    private static Level level(LogSettings.Level level) {
        return switch (level) {
            case ERROR -> Level.ERROR;
            case WARN -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
            case TRACE -> Level.TRACE;
        };
    }

    private static Level higher(Level one, Level other) {
        return one.isGreaterOrEqual(other) ? one : other;
    }
}
