package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.grpc.ImageClient;
import io.davit.core.spi.BackendProvider;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code davit images}: what a running daemon has for images, over its socket. */
final class ImagesCommand {
    private static final String STANDARD_STREAM = "-";

    private final PrintWriter out;
    private final Supplier<List<BackendProvider>> backends;

    private ImagesCommand(PrintWriter out, Supplier<List<BackendProvider>> backends) {
        this.out = out;
        this.backends = backends;
    }

    static CommandSpec spec(PrintWriter out, Supplier<List<BackendProvider>> backends) {
        return new ImagesCommand(out, backends).group();
    }

    private CommandSpec group() {
        CommandSpec images =
                Davit.describe(CommandSpec.create(), "Shows and changes the images of the running daemon.");
        images.addSubcommand(
                "list", command("Lists images, or the one that NAME means.", "NAME", "0..1", (client, words) -> {
                    ImageTable.print(out, client.list(words.isEmpty() ? "" : words.getFirst()));
                    return 0;
                }));
        images.addSubcommand("pull", command("Brings an image from its registry.", "NAME", "1", (client, words) -> {
            out.println(PullView.pull(client, words.getFirst(), out));
            return 0;
        }));
        images.addSubcommand("inspect", command("Prints all about an image, as JSON.", "NAME", "1", (client, words) -> {
            out.println(client.inspect(words.getFirst())
                    .orElseThrow(() -> new Fault(new Fault.Kind.Absent("image " + words.getFirst()))));
            return 0;
        }));
        images.addSubcommand(
                "remove", command("Removes images with all their names.", "NAME", "1..*", (client, words) -> {
                    Set<String> used = client.used();
                    words.forEach(name -> remove(client, name, used));
                    return 0;
                }));
        images.addSubcommand(
                "prune",
                command("Removes images that no container is made of; pinned ones stay.", "", "0", (client, _) -> {
                    prune(client);
                    return 0;
                }));
        images.addSubcommand("load", load());
        images.addSubcommand("save", save());
        return images;
    }

    /** The body of a subcommand; the result is the exit code. */
    private interface Action {
        int run(ImageClient client, List<String> words) throws IOException;
    }

    private CommandSpec command(String summary, String label, String arity, Action action) {
        ConfigOption config = new ConfigOption();
        OptionSpec socket = OptionSpec.builder("-s", "--socket")
                .type(Path.class)
                .paramLabel("PATH")
                .description("Socket of the daemon; without it the one in the configuration.")
                .build();
        PositionalParamSpec words = PositionalParamSpec.builder()
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity(arity)
                // What comes after the last one that is wanted is a mistake, and not to be passed over in silence.
                .index(arity.endsWith("*") ? "0..*" : "0")
                .required(!arity.startsWith("0"))
                .paramLabel(label)
                .build();
        CommandSpec command = Davit.command(summary, () -> {
            Path path = socket.getValue();
            if (path == null) path = config.load(backends.get()).server().socket();
            List<String> given = words.getValue();
            try (ImageClient client = new ImageClient(path)) {
                return action.run(client, given == null ? List.of() : given);
            } catch (IOException e) {
                throw Fault.failed("read or write the archive", e);
            }
        });
        command.addOption(socket).addOption(config.option());
        return label.isEmpty() ? command : command.addPositional(words);
    }

    /** An image that is not here was removed already, which is no mistake and not the same. */
    private void remove(ImageClient client, String name, Set<String> used) {
        List<ImageClient.Listed> found = client.list(name);
        client.remove(name);
        if (found.isEmpty()) {
            out.println(name + " is not here");
            return;
        }
        ImageClient.Listed image = found.getFirst();
        String rest = isIn(used, image) ? "; its files stay until the last container made of it is removed" : "";
        out.println("removed " + ImageTable.name(image) + rest);
    }

    private static boolean isIn(Set<String> used, ImageClient.Listed image) {
        return used.contains(image.id())
                || image.digests().stream().anyMatch(used::contains)
                || image.tags().stream().anyMatch(used::contains);
    }

    private void prune(ImageClient client) {
        Set<String> used = client.used();
        int count = 0;
        long bytes = 0;
        for (ImageClient.Listed image : client.list("")) {
            if (isIn(used, image) || image.pinned()) continue;
            client.remove(image.id());
            count++;
            bytes += image.sizeBytes();
            out.println("removed " + ImageTable.name(image));
        }
        String freed = count == 0 ? "" : ", " + ImageTable.size(bytes) + " less what other images share; files go soon";
        out.println(count + (count == 1 ? " image" : " images") + freed);
    }

    private CommandSpec load() {
        OptionSpec name = OptionSpec.builder("-n", "--name")
                .type(String.class)
                .paramLabel("NAME")
                .description("What the image is called, if the archive does not say so.")
                .build();
        String summary = "Adds the images of a docker-archive or oci-archive; - reads standard input.";
        return command(summary, "FILE", "1", (client, words) -> {
                    String called = name.getValue();
                    try (InputStream archive = input(words.getFirst())) {
                        client.load(archive, called == null ? "" : called).forEach(out::println);
                    }
                    return 0;
                })
                .addOption(name);
    }

    private static InputStream input(String file) throws IOException {
        if (file.equals(STANDARD_STREAM)) return new BufferedInputStream(System.in);
        return Files.newInputStream(Path.of(file));
    }

    private CommandSpec save() {
        OptionSpec file = OptionSpec.builder("-o", "--output")
                .type(Path.class)
                .required(true)
                .paramLabel("FILE")
                .description("Where the archive goes; it is both docker-archive and oci-archive. - is standard output.")
                .build();
        return command("Writes images into an archive.", "NAME", "1..*", (client, words) -> {
                    Path path = file.getValue();
                    if (path.toString().equals(STANDARD_STREAM)) client.save(words, System.out);
                    else save(client, words, path);
                    return 0;
                })
                .addOption(file);
    }

    /** Under its name only when it is whole. */
    private static void save(ImageClient client, List<String> names, Path file) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (OutputStream archive = new BufferedOutputStream(Files.newOutputStream(fresh))) {
                client.save(names, archive);
            }
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
