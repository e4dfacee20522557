package io.davit.conformance.registry;

import io.davit.core.domain.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image of one layer as a registry serves it (OCI image-spec 1.1).
 *
 * @param manifest JSON
 * @param config JSON
 * @param layer gzip'ed tar
 */
public record PublishedImage(byte[] manifest, byte[] config, byte[] layer) {
    static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final List<String> APPLETS = List.of(
            "cat",
            "chmod",
            "date",
            "dd",
            "df",
            "echo",
            "env",
            "false",
            "grep",
            "head",
            "hostname",
            "id",
            "ip",
            "kill",
            "ls",
            "mkdir",
            "mount",
            "nc",
            "nslookup",
            "ping",
            "printf",
            "ps",
            "pwd",
            "rm",
            "seq",
            "sh",
            "sleep",
            "stat",
            "tail",
            "test",
            "touch",
            "true",
            "tty",
            "umount",
            "uname",
            "wc",
            "wget",
            "yes");
    private static final String PASSWD = """
            root:x:0:0:root:/root:/bin/sh
            nobody:x:65534:65534:nobody:/:/bin/false
            """;
    private static final String GROUP = """
            root:x:0:
            nogroup:x:65534:
            """;

    public PublishedImage {
        manifest = manifest.clone();
        config = config.clone();
        layer = layer.clone();
    }

    /**
     * Busybox of this host with its applets in /bin. It must be the static one (Debian: busybox-static).
     *
     * @param name makes images of different names differ
     * @param command what a container runs that says nothing else
     */
    public static PublishedImage busybox(String name, List<String> command) {
        try {
            byte[] tar = busyboxTar(name);
            return of(gzip(tar), digest(tar), name, command);
        } catch (IOException e) {
            throw new AssertionError("no image could be made of " + BUSYBOX, e);
        }
    }

    private static PublishedImage of(byte[] layer, Digest diffId, String name, List<String> command) {
        String arguments =
                command.stream().map(word -> '"' + word + '"').toList().toString();
        byte[] config = """
                {"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":%s,"WorkingDir":"/",\
                "Labels":{"davit.test/name":"%s"}},"rootfs":{"type":"layers","diff_ids":["%s"]}}\
                """.formatted(architecture(), arguments, name, diffId).getBytes(StandardCharsets.UTF_8);
        byte[] manifest = """
                {"schemaVersion":2,"mediaType":"%s",\
                "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},\
                "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}]}\
                """.formatted(MANIFEST_TYPE, digest(config), config.length, digest(layer), layer.length)
                .getBytes(StandardCharsets.UTF_8);
        return new PublishedImage(manifest, config, layer);
    }

    /** What the image is called by content. */
    public Digest manifestDigest() {
        return digest(manifest);
    }

    Digest configDigest() {
        return digest(config);
    }

    Digest layerDigest() {
        return digest(layer);
    }

    private static byte[] busyboxTar(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (String directory : List.of("bin/", "dev/", "etc/", "proc/", "root/", "sys/", "tmp/", "var/")) {
                directory(tar, directory, directory.equals("tmp/") ? 01777 : 0755);
            }
            file(tar, "bin/busybox", Files.readAllBytes(BUSYBOX), 0755);
            for (String applet : APPLETS) link(tar, "bin/" + applet);
            file(tar, "etc/passwd", PASSWD.getBytes(StandardCharsets.UTF_8), 0644);
            file(tar, "etc/group", GROUP.getBytes(StandardCharsets.UTF_8), 0644);
            file(tar, "etc/image-name", name.getBytes(StandardCharsets.UTF_8), 0644);
        }
        return bytes.toByteArray();
    }

    private static void directory(TarArchiveOutputStream tar, String path, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setMode(mode);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String path, byte[] content, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setMode(mode);
        entry.setModTime(0);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String path) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path, TarArchiveEntry.LF_SYMLINK);
        entry.setLinkName("busybox");
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        }
        return compressed.toByteArray();
    }

    private static String architecture() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return name.equals("aarch64") ? "arm64" : name;
    }

    private static Digest digest(byte[] bytes) {
        try {
            return new Digest(
                    "sha256",
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
