package io.davit.backend.oci.image;

import java.util.List;
import java.util.Locale;

/**
 * What an image runs on, in the words of GOOS and GOARCH (OCI image-spec, image-index.md).
 *
 * @param variant of the processor; may be empty
 */
record Platform(String os, String architecture, String variant) {
    Platform {
        os = os.toLowerCase(Locale.ROOT);
        architecture = architecture.toLowerCase(Locale.ROOT);
        variant = normalVariant(architecture, variant.toLowerCase(Locale.ROOT));
    }

    /** The platform of this host. */
    static Platform host() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64", "x86_64" -> new Platform("linux", "amd64", "");
            case "aarch64", "arm64" -> new Platform("linux", "arm64", "");
            case "arm" -> new Platform("linux", "arm", "v7");
            default -> new Platform("linux", name, "");
        };
    }

    // The plain names mean these variants (containerd's platforms package documents the same rules).
    private static String normalVariant(String architecture, String variant) {
        return switch (architecture) {
            case "amd64" -> variant.equals("v1") ? "" : variant;
            case "arm64" -> variant.equals("v8") || variant.equals("8") ? "" : variant;
            case "arm" -> variant.isEmpty() ? "v7" : variant;
            default -> variant;
        };
    }

    /**
     * Platforms whose images run here, the best first. None of 32 bits on a processor of 64: containerd takes arm images on
     * arm64 and 386 images on amd64 where there is nothing better, CRI-O does not (containers/image, WantedPlatforms). Many
     * arm64 processors run no 32 bit code at all, and "exec format error" from a container that was pulled says less than a
     * pull that names the platforms there are.
     */
    List<Platform> accepted() {
        if (!architecture.equals("arm")) return List.of(this);
        return switch (variant) {
            case "v7" -> List.of(this, new Platform(os, "arm", "v6"), new Platform(os, "arm", "v5"));
            case "v6" -> List.of(this, new Platform(os, "arm", "v5"));
            default -> List.of(this);
        };
    }

    /** Whether an image for {@code other} runs here. */
    boolean runs(Platform other) {
        return accepted().contains(other);
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
