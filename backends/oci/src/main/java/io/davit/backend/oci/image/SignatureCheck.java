package io.davit.backend.oci.image;

import io.davit.backend.oci.content.ImageSource;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageReference;
import java.nio.file.Path;

/**
 * Whether one of the configured keys has signed an image, in one of the two forms of cosign: a signature under a tag of
 * its own ({@link TaggedSignatures}), or, since version 3, a bundle that refers to the image ({@link SigstoreBundles}).
 * A key is trusted without a transparency log.
 */
final class SignatureCheck {
    private final ImageReference reference;
    private final Digest image;
    private final ImageSource source;

    SignatureCheck(ImageReference reference, Digest image, ImageSource source) {
        this.reference = reference;
        this.image = image;
        this.source = source;
    }

    /**
     * What one form has for the image.
     *
     * @param count of the signatures looked at; those after a good one are not
     */
    record Verdict(int count, boolean good) {}

    /** @throws Fault KubeletReason SIGNATURE_VALIDATION_FAILED if none of the keys has signed the image */
    void verify(Path keyFile) {
        SignatureKeys keys = SignatureKeys.read(keyFile);
        Verdict tagged = new TaggedSignatures(image, source).look(keys);
        if (tagged.good()) return;
        Verdict bundled = new SigstoreBundles(image, source).look(keys);
        if (bundled.good()) return;
        int count = tagged.count() + bundled.count();
        throw refused(
                count == 0 ? "it is not signed" : "none of its " + count + " signatures is by a key in " + keyFile);
    }

    private Fault refused(String why) {
        return new Fault(new Fault.Kind.KubeletReason(
                Fault.Reason.SIGNATURE_VALIDATION_FAILED, "image " + reference + " (" + image + "): " + why));
    }

    /** Whether a failure with one signature says nothing about another one, which may be whole. */
    static boolean isOfOneSignature(Fault fault) {
        return !(fault.kind() instanceof Fault.Kind.KubeletReason || fault.kind() instanceof Fault.Kind.Cancelled);
    }
}
