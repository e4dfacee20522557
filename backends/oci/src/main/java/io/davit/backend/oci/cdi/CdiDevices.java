package io.davit.backend.oci.cdi;

import io.davit.core.domain.Fault;
import io.davit.core.domain.Problems;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The devices that vendors have described on this node. The files are read whenever a container asks for a device, so
 * that a changed one counts at once; they are few.
 */
public final class CdiDevices {
    private static final String ANNOTATION_PREFIX = "cdi.k8s.io/";

    private final List<Path> directories;

    /** @param directories later ones take precedence (CDI SPEC.md) */
    public CdiDevices(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    /**
     * Names of the devices a container asks for, each once: by the field, and by annotations as device plugins still use
     * them.
     */
    public static List<String> asked(List<String> field, Map<String, String> annotations) {
        Set<String> names = new LinkedHashSet<>(field);
        annotations.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(ANNOTATION_PREFIX))
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> names.addAll(List.of(entry.getValue().split(","))));
        return List.copyOf(names);
    }

    /**
     * What a container must get for these devices.
     *
     * @throws Fault InvalidRequest naming every device that is not there, or is there twice
     */
    public List<ContainerEdits> edits(List<String> names) {
        if (names.isEmpty()) return List.of();
        List<String> damaged = new ArrayList<>();
        List<List<CdiFile>> files =
                directories.stream().map(directory -> load(directory, damaged)).toList();
        List<ContainerEdits> edits = new ArrayList<>();
        Set<Path> used = new LinkedHashSet<>();
        Problems problems = new Problems();
        for (String name : names) {
            CdiName device = CdiName.parse(name);
            Optional<CdiFile> file = owner(device, files, damaged, problems);
            if (file.isEmpty()) continue;
            if (used.add(file.get().path())) edits.add(file.get().edits());
            edits.add(file.get().devices().get(device.device()));
        }
        problems.throwIfAny();
        return edits;
    }

    private Optional<CdiFile> owner(CdiName name, List<List<CdiFile>> files, List<String> damaged, Problems problems) {
        for (List<CdiFile> directory : files.reversed()) {
            List<CdiFile> owners = directory.stream()
                    .filter(file ->
                            file.kind().equals(name.kind()) && file.devices().containsKey(name.device()))
                    .toList();
            if (owners.size() == 1) return Optional.of(owners.getFirst());
            if (owners.size() > 1) {
                List<Path> paths = owners.stream().map(CdiFile::path).toList();
                problems.add("CDI_devices", name + " is described more than once: " + paths);
                return Optional.empty();
            }
        }
        problems.add(
                "CDI_devices",
                name + " is in no file of " + directories
                        + (damaged.isEmpty() ? "" : "; files that cannot be used: " + damaged));
        return Optional.empty();
    }

    private static List<CdiFile> load(Path directory, List<String> damaged) {
        List<CdiFile> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, CdiFile::isOne)) {
            for (Path entry : entries) {
                try {
                    files.add(CdiFile.read(entry));
                } catch (CdiFormatException e) {
                    damaged.add(entry + ": " + e.getMessage());
                }
            }
            return files;
        } catch (NoSuchFileException | NotDirectoryException _) {
            // Most nodes have no such devices.
            return List.of();
        } catch (IOException e) {
            throw Fault.failed("read the devices in " + directory, e);
        }
    }
}
