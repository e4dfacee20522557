package io.davit.backend.oci.image;

import io.davit.backend.oci.content.RecordFile;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageConfig;
import io.davit.core.domain.ImageId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code images/HEX.json}: one image, its names and what it is made of.
 *
 * @param generation higher than that of every record written before: where two records claim a tag after a crash, the
 *     younger one is right
 * @param chains of the layers, lowest first
 * @param blobs manifests, indexes, configuration and layers
 */
record ImageRecord(
        int version,
        long generation,
        String id,
        List<String> tags,
        List<String> digests,
        List<String> chains,
        List<String> blobs,
        long sizeBytes,
        ProcessDefaults process) {
    private static final int VERSION = 1;

    ImageRecord {
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
        chains = List.copyOf(chains);
        blobs = List.copyOf(blobs);
    }

    /** {@link ImageConfig} as it is written. */
    record ProcessDefaults(
            List<String> entrypoint,
            List<String> command,
            List<String> environment,
            String workingDirectory,
            String user,
            String stopSignal,
            List<String> volumes,
            Map<String, String> labels) {
        static ProcessDefaults of(ImageConfig config) {
            return new ProcessDefaults(
                    config.entrypoint(),
                    config.command(),
                    config.environment(),
                    config.workingDirectory(),
                    config.user(),
                    config.stopSignal(),
                    config.volumes(),
                    config.labels());
        }

        ImageConfig toConfig() {
            return new ImageConfig(
                    entrypoint, command, environment, workingDirectory, user, stopSignal, volumes, labels);
        }
    }

    /** A new image, without names. */
    static ImageRecord of(ImageId id, List<Digest> chains, List<Digest> blobs, long sizeBytes, ImageConfig config) {
        return new ImageRecord(
                VERSION,
                0,
                id.toString(),
                List.of(),
                List.of(),
                texts(chains),
                texts(blobs),
                sizeBytes,
                ProcessDefaults.of(config));
    }

    private static List<String> texts(List<Digest> digests) {
        return digests.stream().map(Digest::toString).toList();
    }

    /** @throws Fault CorruptRecord */
    static ImageRecord read(Path file) {
        ImageRecord image = RecordFile.read(file, ImageRecord.class);
        if (image.version == VERSION) return image;
        String why = "its version is " + image.version + ", this davit knows " + VERSION;
        throw new Fault(new Fault.Kind.CorruptRecord(file.toString(), why));
    }

    ImageRecord named(List<String> newTags, List<String> newDigests) {
        return with(newTags, newDigests, blobs);
    }

    private ImageRecord with(List<String> newTags, List<String> newDigests, List<String> newBlobs) {
        return new ImageRecord(version, generation, id, newTags, newDigests, chains, newBlobs, sizeBytes, process);
    }

    ImageRecord withGeneration(long number) {
        return new ImageRecord(version, number, id, tags, digests, chains, blobs, sizeBytes, process);
    }

    ImageRecord without(String tag) {
        return named(tags.stream().filter(name -> !name.equals(tag)).toList(), digests);
    }

    /** With the names and blobs of both. */
    ImageRecord joined(ImageRecord other) {
        return with(union(tags, other.tags), union(digests, other.digests), union(blobs, other.blobs));
    }

    private static List<String> union(List<String> some, List<String> others) {
        List<String> all = new ArrayList<>(some);
        others.stream().filter(name -> !some.contains(name)).forEach(all::add);
        return all;
    }

    ImageId imageId() {
        return ImageId.parse(id);
    }

    List<Digest> chainDigests() {
        return chains.stream().map(Digest::parse).toList();
    }

    List<Digest> blobDigests() {
        return blobs.stream().map(Digest::parse).toList();
    }

    Image toImage() {
        return new Image(imageId(), tags, digests, sizeBytes, process.toConfig(), false);
    }
}
