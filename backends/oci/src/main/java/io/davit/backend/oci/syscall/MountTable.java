package io.davit.backend.oci.syscall;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The mounts of the daemon's mount namespace at one moment (/proc/self/mountinfo, proc(5)), in mount order. */
public record MountTable(List<Entry> entries) {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    public MountTable {
        entries = List.copyOf(entries);
    }

    /**
     * One mount.
     *
     * @param root the directory of the filesystem that is shown
     * @param options of the mount, e.g. rw, nosuid
     * @param tags optional fields: shared:N, master:N, propagate_from:N, unbindable
     * @param superOptions of the filesystem, e.g. lowerdir=...
     */
    public record Entry(
            long id,
            long parent,
            String root,
            Path mountPoint,
            List<String> options,
            List<String> tags,
            String type,
            String source,
            List<String> superOptions) {
        public Entry {
            options = List.copyOf(options);
            tags = List.copyOf(tags);
            superOptions = List.copyOf(superOptions);
        }

        /** Mounts made below it appear in its peers and the other way round. */
        public boolean shared() {
            return tags.stream().anyMatch(tag -> tag.startsWith("shared:"));
        }

        /** Mounts made below its master appear here. */
        public boolean slave() {
            return tags.stream().anyMatch(tag -> tag.startsWith("master:"));
        }
    }

    /** What is mounted now. */
    public static MountTable read() {
        try {
            // Paths need not be UTF-8; one that does not decode is none of ours and compares unequal to all of them.
            return parse(new String(Files.readAllBytes(MOUNTINFO), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw Fault.failed("read " + MOUNTINFO, e);
        }
    }

    /** Reads the text of a mountinfo file. */
    static MountTable parse(String text) {
        return new MountTable(text.lines()
                .filter(line -> !line.isBlank())
                .map(MountTable::entry)
                .toList());
    }

    /** The topmost mount exactly at {@code path}. */
    public Optional<Entry> at(Path path) {
        return entries.stream().filter(entry -> entry.mountPoint().equals(path)).reduce((_, last) -> last);
    }

    /** The mount that {@code path}, without symlinks, lies on. */
    public Optional<Entry> covering(Path path) {
        return entries.stream()
                .filter(entry -> path.startsWith(entry.mountPoint()))
                .reduce((best, entry) -> depth(entry) >= depth(best) ? entry : best);
    }

    /** Mounts at or below {@code directory}, deepest first: the order to unmount them in. */
    public List<Entry> below(Path directory) {
        List<Entry> found = new ArrayList<>(entries.stream()
                .filter(entry -> entry.mountPoint().startsWith(directory))
                .toList());
        found.sort(Comparator.comparingInt(MountTable::depth).reversed());
        return found;
    }

    private static int depth(Entry entry) {
        return entry.mountPoint().getNameCount();
    }

    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    private static Entry entry(String line) {
        String[] words = line.split(" ", -1);
        int dash = 6;
        while (dash < words.length && !words[dash].equals("-")) dash++;
        if (dash + 3 >= words.length) throw Fault.failed("read " + MOUNTINFO, "cannot read the line '" + line + "'");
        return new Entry(
                Long.parseLong(words[0]),
                Long.parseLong(words[1]),
                unescape(words[3]),
                Path.of(unescape(words[4])),
                List.of(words[5].split(",")),
                List.of(words).subList(6, dash),
                words[dash + 1],
                unescape(words[dash + 2]),
                List.of(words[dash + 3].split(",")));
    }

    // The kernel writes space, tab, newline, backslash and # as three octal digits.
    private static String unescape(String word) {
        if (word.indexOf('\\') < 0) return word;
        StringBuilder text = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == '\\' && i + 3 < word.length()) {
                text.append((char) Integer.parseInt(word, i + 1, i + 4, 8));
                i += 3;
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
