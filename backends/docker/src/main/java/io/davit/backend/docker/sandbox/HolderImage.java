package io.davit.backend.docker.sandbox;

import com.github.dockerjava.api.exception.NotFoundException;
import io.davit.backend.docker.engine.Daemon;
import io.davit.core.domain.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The image of the container that holds a pod's namespaces: catatonit from this host and nothing else, imported into
 * the daemon. So no registry is needed to start a pod, and no garbage collection can break it: it is made again when
 * missing. catatonit -P sleeps and reaps the orphans of a shared PID namespace.
 */
public final class HolderImage {
    /** Such images are ours alone; clients do not see them. */
    public static final String REPOSITORY = "davit-holder";

    static final List<String> COMMAND = List.of("/catatonit", "-P");
    private static final int TAG_DIGITS = 16;
    private static final int MODE = 0100555;
    private static final List<Path> DIRECTORIES = List.of(
            Path.of("/usr/bin"),
            Path.of("/usr/local/bin"),
            Path.of("/usr/libexec/catatonit"),
            Path.of("/usr/libexec/podman"));

    private final Daemon daemon;
    private final String program;
    private final ReentrantLock lock = new ReentrantLock();
    /** As the daemon has had it; empty before it was looked for. */
    private volatile Optional<String> seen = Optional.empty();

    /** @param program name or absolute path of catatonit, which must be linked statically */
    public HolderImage(Daemon daemon, String program) {
        this.daemon = daemon;
        this.program = program;
    }

    /** Where the program is on this host. */
    public static Optional<Path> find(String program) {
        Stream<Path> places = program.startsWith("/")
                ? Stream.of(Path.of(program))
                : DIRECTORIES.stream().map(directory -> directory.resolve(program));
        return places.filter(Files::isExecutable).findFirst();
    }

    /**
     * The image's name; makes the image if the daemon does not have it. Asked once for all pods: reading and hashing the
     * program and asking the daemon would be a good part of what a pod takes.
     */
    String ensure() {
        return seen.orElseGet(this::make);
    }

    /** Somebody has removed it from the daemon. */
    String again() {
        seen = Optional.empty();
        return make();
    }

    private String make() {
        lock.lock();
        try {
            if (seen.isPresent()) return seen.get();
            byte[] content = Files.readAllBytes(find(program).orElseThrow(this::missing));
            String tag = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content))
                    .substring(0, TAG_DIGITS);
            String name = REPOSITORY + ":" + tag;
            if (!present(name)) {
                String path = "/images/create?fromSrc=-&repo=" + REPOSITORY + "&tag=" + tag;
                String _ = daemon.upload("import the image of pod holders", path, archive(content));
            }
            seen = Optional.of(name);
            return name;
        } catch (IOException e) {
            throw Fault.failed("make the image of pod holders out of " + program, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } finally {
            lock.unlock();
        }
    }

    private Fault missing() {
        return Fault.failed(
                "make the image of pod holders",
                "there is no program '" + program + "'; apt-get install catatonit, or set sandbox-image");
    }

    private boolean present(String name) {
        return daemon.look("look for the image " + name, client -> {
            try {
                client.inspectImageCmd(name).exec();
                return true;
            } catch (NotFoundException _) {
                return false;
            }
        });
    }

    private static byte[] archive(byte[] program) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("catatonit");
            entry.setSize(program.length);
            entry.setMode(MODE);
            entry.setModTime(0);
            tar.putArchiveEntry(entry);
            tar.write(program);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }
}
