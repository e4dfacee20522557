package io.davit.core.boot;

import io.davit.core.grpc.ImageClient;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Images for people, one line for each name. */
final class ImageTable {
    private static final int ID_CHARS = 12;
    private static final double UNIT = 1000;

    private ImageTable() {}

    static void print(PrintWriter out, List<ImageClient.Listed> images) {
        int width = Math.max(
                "NAME".length(),
                images.stream().mapToInt(image -> longest(image)).max().orElse(0));
        String row = "%-" + width + "s  %-" + ID_CHARS + "s  %9s  %s%n";
        out.printf(row, "NAME", "ID", "SIZE", "PINNED");
        for (ImageClient.Listed image : images) {
            for (String name : names(image)) {
                out.printf(row, name, shortId(image), size(image.sizeBytes()), image.pinned() ? "yes" : "");
            }
        }
        out.flush();
    }

    private static int longest(ImageClient.Listed image) {
        return names(image).stream().mapToInt(String::length).max().orElse(0);
    }

    private static List<String> names(ImageClient.Listed image) {
        if (!image.tags().isEmpty()) return image.tags();
        return image.digests().isEmpty() ? List.of(image.id()) : image.digests();
    }

    /** One name for an image. */
    static String name(ImageClient.Listed image) {
        return names(image).getFirst();
    }

    private static String shortId(ImageClient.Listed image) {
        String hex = image.id().substring(image.id().indexOf(':') + 1);
        return hex.substring(0, Math.min(ID_CHARS, hex.length()));
    }

    /** In units of 1000, as other tools show images. */
    static String size(long bytes) {
        double shown = bytes;
        for (String unit : List.of("B", "kB", "MB")) {
            if (shown < UNIT) return String.format(Locale.ROOT, unit.equals("B") ? "%.0f %s" : "%.1f %s", shown, unit);
            shown /= UNIT;
        }
        return String.format(Locale.ROOT, "%.1f GB", shown);
    }
}
