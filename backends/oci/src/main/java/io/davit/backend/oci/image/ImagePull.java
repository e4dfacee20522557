package io.davit.backend.oci.image;

import io.davit.backend.oci.content.BlobStore;
import io.davit.backend.oci.content.ImageSource;
import io.davit.backend.oci.layers.Layer;
import io.davit.backend.oci.layers.LayerLimits;
import io.davit.backend.oci.layers.LayerName;
import io.davit.backend.oci.layers.LayerStore;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One pull: name to manifest, manifest to configuration, layers in parallel, then the image becomes visible. What it
 * fetches is held until the image holds it. Used once, by one thread.
 */
final class ImagePull {
    private final ImageReference reference;
    private final ImageSource source;
    private final Platform platform;
    private final Stores stores;
    private final BlobStore blobs;
    private final LayerStore layers;
    private final Path signatureKeys;
    private final PullsUnderWay underWay;
    private final List<Digest> heldBlobs = new ArrayList<>();

    /** Where everything goes. */
    record Stores(ImageIndex index, BlobStore blobs, LayerStore layers, LayerFetch fetch) {}

    /** @param signatureKeys one of them must have signed the image; the empty path: nobody needs to */
    ImagePull(
            ImageReference reference,
            ImageSource source,
            Platform platform,
            Stores stores,
            Path signatureKeys,
            PullsUnderWay underWay) {
        this.reference = reference;
        this.source = source;
        this.platform = platform;
        this.stores = stores;
        this.blobs = stores.blobs();
        this.layers = stores.layers();
        this.signatureKeys = signatureKeys;
        this.underWay = underWay;
    }

    Image run() {
        try {
            Image image = pull();
            blobs.letGo(heldBlobs);
            return image;
        } catch (Fault e) {
            if (isWorthKeepingFor(e)) blobs.letGo(heldBlobs);
            else blobs.release(heldBlobs);
            throw e;
        }
    }

    /** Whether a next try will want what was fetched already: not if the registry's content itself is wrong. */
    private static boolean isWorthKeepingFor(Fault fault) {
        return switch (fault.kind()) {
            case Fault.Kind.KubeletReason(Fault.Reason reason, String _) -> reason == Fault.Reason.REGISTRY_UNAVAILABLE;
            case Fault.Kind.Cancelled _ -> true;
            case Fault.Kind.Absent _,
                    Fault.Kind.Conflict _,
                    Fault.Kind.CorruptRecord _,
                    Fault.Kind.Exhausted _,
                    Fault.Kind.Failed _,
                    Fault.Kind.InvalidRequest _,
                    Fault.Kind.Refused _,
                    Fault.Kind.TimedOut _,
                    Fault.Kind.Unreachable _,
                    Fault.Kind.Unsupported _ -> false;
        };
    }

    private Image pull() {
        Digest top;
        Manifest.OneImage manifest;
        try {
            top = resolve();
            if (!signatureKeys.toString().isEmpty()) {
                new SignatureCheck(reference, top, source).verify(signatureKeys);
            }
            manifest = image(top);
        } catch (Fault e) {
            if (e.kind() instanceof Fault.Kind.Absent(String what, String hint)) {
                throw new Fault(
                        absent(hint.isEmpty() ? what + " does not exist" : hint).kind(), e);
            }
            throw e;
        }
        ConfigBlob config = config(manifest.config());
        if (!platform.runs(config.platform())) throw wrongPlatform(config);
        List<LayerName> names = LayerName.of(config.diffs());
        if (names.size() != manifest.layers().size()) {
            throw Fault.failed(
                    "read the manifest of " + reference,
                    manifest.layers().size() + " layers, but " + names.size() + " in the configuration");
        }
        if (names.size() > LayerLimits.LAYERS_MAX) {
            String what = "image " + reference + ": " + names.size() + " layers";
            throw new Fault(new Fault.Kind.Unsupported(what, "overlayfs stacks " + LayerLimits.LAYERS_MAX));
        }
        manifest.layers().forEach(layer -> hold(layer.digest()));
        List<Digest> chains = names.stream().map(LayerName::chain).toList();
        layers.hold(chains);
        try {
            List<LayerOrder> orders = orders(names, manifest.layers());
            underWay.begin(reference, orders);
            List<Layer> unpacked = new LayerPulls(stores.fetch(), layers).run(orders);
            Image image = stores.index().put(record(top, manifest, config, unpacked));
            layers.letGo(chains);
            return image;
        } catch (Fault e) {
            if (isWorthKeepingFor(e)) layers.letGo(chains);
            else layers.release(chains);
            throw e;
        } finally {
            underWay.end(reference);
        }
    }

    /** The digest that the reference means now. The registry is asked in any case: it decides who may have what. */
    private Digest resolve() {
        if (reference.digest().isPresent()) {
            Digest digest = reference.digest().get();
            if (source.digestOf(digest.toString()).isEmpty()) keep(source.manifest(digest));
            return digest;
        }
        String tag = reference.tag().orElseThrow();
        Optional<Digest> told = source.digestOf(tag);
        if (told.isPresent()) return told.get();
        return keep(source.manifest(tag));
    }

    private Digest keep(ImageSource.FetchedManifest manifest) {
        hold(manifest.digest());
        blobs.put(manifest.digest(), manifest.body());
        return manifest.digest();
    }

    private Manifest.OneImage image(Digest digest) {
        return switch (manifest(digest)) {
            case Manifest.OneImage image -> image;
            case Manifest.Index all -> {
                Digest chosen = all.choose(platform).map(Descriptor::digest).orElseThrow(() -> noPlatform(all));
                yield switch (manifest(chosen)) {
                    case Manifest.OneImage image -> image;
                    case Manifest.Index _ ->
                        throw Fault.failed(
                                "read the manifest of " + reference, "an index that points to another index");
                };
            }
        };
    }

    private Manifest manifest(Digest digest) {
        hold(digest);
        byte[] body = blobs.read(digest).orElseGet(() -> {
            ImageSource.FetchedManifest fetched = source.manifest(digest);
            blobs.put(digest, fetched.body());
            return fetched.body();
        });
        return Manifest.parse(reference.toString(), body);
    }

    private ConfigBlob config(Descriptor descriptor) {
        if (descriptor.sizeBytes() > ConfigBlob.BYTES_MAX) {
            throw Fault.failed(
                    "read the configuration of " + reference,
                    descriptor.sizeBytes() + " bytes; the most is " + ConfigBlob.BYTES_MAX);
        }
        hold(descriptor.digest());
        byte[] body = blobs.read(descriptor.digest()).orElseGet(() -> {
            byte[] fetched = source.smallBlob(descriptor.digest(), ConfigBlob.BYTES_MAX);
            blobs.put(descriptor.digest(), fetched);
            return fetched;
        });
        return ConfigBlob.parse(reference.toString(), body);
    }

    private Fault wrongPlatform(ConfigBlob config) {
        return absent("it is for " + config.platform() + ", not for " + platform);
    }

    private Fault noPlatform(Manifest.Index all) {
        return absent("there is one for each of " + all.platforms() + ", but none for " + platform);
    }

    private Fault absent(String hint) {
        return new Fault(new Fault.Kind.Absent("image " + reference, hint));
    }

    private void hold(Digest digest) {
        blobs.hold(List.of(digest));
        heldBlobs.add(digest);
    }

    private List<LayerOrder> orders(List<LayerName> names, List<Descriptor> descriptors) {
        List<LayerOrder> orders = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            orders.add(new LayerOrder(names.get(i), descriptors.get(i), source));
        }
        return orders;
    }

    private ImageRecord record(Digest top, Manifest.OneImage manifest, ConfigBlob config, List<Layer> unpacked) {
        long size = manifest.config().sizeBytes();
        for (Layer layer : unpacked) {
            size += layer.unpacked().contentBytes();
        }
        List<Digest> chains = unpacked.stream().map(Layer::chain).toList();
        List<Digest> content = heldBlobs.stream().distinct().toList();
        ImageId id = new ImageId(manifest.config().digest());
        // A tag beside a digest was not looked at, and may point elsewhere.
        List<String> tags = reference.digest().isPresent()
                ? List.of()
                : reference.repoTag().stream().toList();
        return ImageRecord.of(id, chains, content, size, config.process())
                .named(tags, List.of(reference.repoDigest(top)));
    }
}
