package io.davit.backend.oci.bundle;

import io.davit.core.domain.Device;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Devices of the host inside a container: the nodes (linux.devices) and who may use them (linux.resources.devices). */
final class DeviceNodes {
    private static final Path DEV = Path.of("/dev");
    /** What a container has of its own, or what is no device of the host. */
    private static final Set<String> NOT_OF_HOST =
            Set.of("pts", "shm", "fd", "mqueue", "console", "ptmx", ".lxc", ".lxd-mounts", ".udev");

    /** The runtimes bring these themselves (runtime-spec, "Default Devices"). */
    private static final Set<String> OF_EVERY_CONTAINER =
            Set.of("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty");

    private static final int TYPE_MASK = 0170000;
    private static final int CHARACTER = 0020000;
    private static final int BLOCK = 0060000;
    private static final int PERMISSIONS_MASK = 07777;

    private final boolean all;
    private final List<Node> nodes;

    private DeviceNodes(boolean all, List<Node> nodes) {
        this.all = all;
        this.nodes = nodes;
    }

    /** @param host path of the node itself */
    private record Node(
            String path, Path host, char type, long major, long minor, int mode, int uid, int gid, String access) {}

    /** @param privileged all devices of the host, too */
    static DeviceNodes of(boolean privileged, List<Device> devices) {
        List<Node> nodes = new ArrayList<>();
        if (privileged) walk(DEV, DEV, "rwm", nodes);
        devices.forEach(device -> requested(device, nodes));
        // What was asked for by name takes the place of the host's: the runtimes would leave the first as it is.
        Map<Path, Node> byPath = new LinkedHashMap<>();
        nodes.forEach(node -> byPath.put(Path.of(node.path()), node));
        return new DeviceNodes(privileged, List.copyOf(byPath.values()));
    }

    /** Says who may use what. */
    void allow(ObjectNode resources) {
        ArrayNode rules = resources.withArray("devices");
        // All or nothing first; the runtimes add /dev/null and its like themselves.
        rules.addObject().put("allow", all).put("access", "rwm");
        if (all) return;
        for (Node node : nodes) {
            rules.addObject()
                    .put("allow", true)
                    .put("type", String.valueOf(node.type()))
                    .put("major", node.major())
                    .put("minor", node.minor())
                    .put("access", node.access());
        }
    }

    /** Has the runtime make the nodes. */
    void make(ObjectNode linux) {
        for (Node node : nodes) {
            linux.withArray("devices")
                    .addObject()
                    .put("path", node.path())
                    .put("type", String.valueOf(node.type()))
                    .put("major", node.major())
                    .put("minor", node.minor())
                    .put("fileMode", node.mode())
                    .put("uid", node.uid())
                    .put("gid", node.gid());
        }
    }

    /**
     * Mounts the host's nodes. Not those that the runtime mounts, too: runc opens what is there before, and nobody can
     * open /dev/tty who has no terminal.
     */
    void bind(ArrayNode mounts) {
        for (Node node : nodes) {
            if (OF_EVERY_CONTAINER.contains(node.path()) && node.host().equals(Path.of(node.path()))) continue;
            new MountEntry(Path.of(node.path()), "bind", node.host().toString(), List.of("bind", "rprivate"))
                    .addTo(mounts);
        }
    }

    private static void requested(Device device, List<Node> nodes) {
        try {
            Path host = Path.of(device.hostPath()).toRealPath();
            String access = device.permissions().isEmpty() ? "rwm" : device.permissions();
            if (!access.chars().allMatch(c -> "rwm".indexOf(c) >= 0)) {
                throw Fault.invalid("devices.permissions", "'" + access + "' is not made of r, w and m");
            }
            Path shownAs = MountEntry.destination(device.containerPath());
            int before = nodes.size();
            if (Files.isDirectory(host)) walk(host, shownAs, access, nodes);
            else node(host, shownAs.toString(), access, nodes);
            if (nodes.size() > before) return;
            throw Fault.invalid("devices.host_path", device.hostPath() + " is no device, and has none in it");
        } catch (NoSuchFileException e) {
            throw new Fault(
                    Fault.invalid("devices.host_path", device.hostPath() + " does not exist on this node")
                            .kind(),
                    e);
        } catch (IOException e) {
            throw Fault.failed("look at the device " + device.hostPath(), e);
        }
    }

    private static void walk(Path directory, Path shownAs, String access, List<Node> nodes) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                    return NOT_OF_HOST.contains(String.valueOf(path.getFileName()))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                    if (!attributes.isOther() || NOT_OF_HOST.contains(String.valueOf(path.getFileName()))) {
                        return FileVisitResult.CONTINUE;
                    }
                    node(path, shownAs.resolve(directory.relativize(path)).toString(), access, nodes);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
                    // Devices are unplugged while we walk.
                    if (e instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
                    throw e;
                }
            });
        } catch (IOException e) {
            throw Fault.failed("look for devices in " + directory, e);
        }
    }

    private static void node(Path host, String shownAs, String access, List<Node> nodes) throws IOException {
        int mode = (Integer) Files.getAttribute(host, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        char type = switch (mode & TYPE_MASK) {
            case CHARACTER -> 'c';
            case BLOCK -> 'b';
            default -> 0;
        };
        if (type == 0) return;
        long device = (Long) Files.getAttribute(host, "unix:rdev", LinkOption.NOFOLLOW_LINKS);
        nodes.add(new Node(
                shownAs,
                host,
                type,
                major(device),
                minor(device),
                mode & PERMISSIONS_MASK,
                (Integer) Files.getAttribute(host, "unix:uid", LinkOption.NOFOLLOW_LINKS),
                (Integer) Files.getAttribute(host, "unix:gid", LinkOption.NOFOLLOW_LINKS),
                access));
    }

    // gnu_dev_major and gnu_dev_minor (sys/sysmacros.h): 12 and 20 bits, kept apart in two pieces each.
    private static long major(long device) {
        return ((device >>> 8) & 0xfff) | ((device >>> 32) & ~0xfffL);
    }

    private static long minor(long device) {
        return (device & 0xff) | ((device >>> 12) & ~0xffL);
    }
}
