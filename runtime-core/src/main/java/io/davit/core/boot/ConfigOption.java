package io.davit.core.boot;

import io.davit.core.spi.BackendProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** The option {@code --config}, and the configuration it names. */
final class ConfigOption {
    private final OptionSpec option = OptionSpec.builder("-c", "--config")
            .type(Path.class)
            .paramLabel("FILE")
            .description("Configuration file; without it " + ConfigFile.STANDARD + ", or defaults if that is missing.")
            .build();

    OptionSpec option() {
        return option;
    }

    ServerConfig load(List<BackendProvider> providers) {
        ConfigFile reader = new ConfigFile(providers);
        Path named = option.getValue();
        if (named != null) return reader.read(named);
        return Files.exists(ConfigFile.STANDARD) ? reader.read(ConfigFile.STANDARD) : reader.defaults();
    }

    /** What {@link #load} reads, for messages. */
    String source() {
        Path named = option.getValue();
        if (named != null) return named.toString();
        return Files.exists(ConfigFile.STANDARD)
                ? ConfigFile.STANDARD.toString()
                : "the defaults (there is no " + ConfigFile.STANDARD + ")";
    }
}
