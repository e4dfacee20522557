package io.davit.core.network;

import io.davit.core.process.ChildProcesses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** CNI plugins that are shell scripts: they note how they were called and answer as they were told. */
final class ScriptedPlugins {
    private final Path directory;

    ScriptedPlugins(Path directory) {
        this.directory = directory;
        make(directory.resolve("bin"));
        make(directory.resolve("conf"));
    }

    NetworkSettings settings(Duration limit) {
        return new NetworkSettings(
                directory.resolve("conf"), List.of(directory.resolve("bin")), AddressPreference.CNI, limit);
    }

    PodNetwork network() {
        return new PodNetwork(settings(Duration.ofSeconds(30)), new ChildProcesses(4));
    }

    ScriptedPlugins configured(String file, String json) {
        write(directory.resolve("conf").resolve(file), json);
        return this;
    }

    void removeConfiguration(String file) {
        try {
            Files.delete(directory.resolve("conf").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A plugin that adds with {@code add} and deletes with {@code del}, both shell commands. */
    ScriptedPlugins plugin(String name, String versions, String add, String del) {
        return plugin(name, versions, add, del, "true");
    }

    /** As above, and does with {@code other} whatever else it is told to do. */
    ScriptedPlugins plugin(String name, String versions, String add, String del, String other) {
        String script = """
                #!/bin/sh
                cat > %1$s/%2$s.$CNI_COMMAND.json
                env | grep ^CNI_ > %1$s/%2$s.$CNI_COMMAND.env
                case $CNI_COMMAND in
                VERSION) echo '{"cniVersion":"1.0.0","supportedVersions":[%3$s]}' ;;
                ADD) echo ADD %2$s >> %1$s/calls; %4$s ;;
                DEL) echo DEL %2$s >> %1$s/calls; %5$s ;;
                *) echo $CNI_COMMAND %2$s >> %1$s/calls; %6$s ;;
                esac
                """.formatted(directory, name, versions, add, del, other);
        Path file = directory.resolve("bin").resolve(name);
        write(file, script);
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Adds by printing this result, and deletes without a word. */
    ScriptedPlugins plugin(String name, String result) {
        return plugin(name, "\"0.4.0\",\"1.0.0\"", "echo '" + result + "'", "true");
    }

    /** What they were told to do, in the order it came; without the questions for versions. */
    List<String> calls() {
        Path calls = directory.resolve("calls");
        try {
            return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the plugin got on its standard input the last time. */
    JsonNode input(String name, String verb) {
        return JsonMapper.shared().readTree(read(directory.resolve(name + "." + verb + ".json")));
    }

    /** The CNI_ part of the plugin's environment the last time. */
    Map<String, String> environment(String name, String verb) {
        return read(directory.resolve(name + "." + verb + ".env"))
                .lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void make(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
