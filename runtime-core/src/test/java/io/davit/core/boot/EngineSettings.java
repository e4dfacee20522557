package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.domain.Secret;
import io.davit.core.spi.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A backend's settings that use every type there is. */
record EngineSettings(
        @Setting(comment = "A text.", value = "red \"and\" green")
        String colour,

        @Setting(comment = "A switch.", value = "true") boolean fast,
        @Setting(comment = "A small number.", value = "7") int count,

        @Setting(comment = "A large number.", value = "9000000000")
        long bytes,

        @Setting(comment = "A file.", value = "/etc/engine") Path file,
        @Setting(comment = "A time.", value = "1h30m") Duration limit,
        @Setting(comment = "Texts.", value = "one, two") List<String> words,
        @Setting(comment = "Files.", value = "/a, /b") List<Path> files,
        @Setting(comment = "A choice.", value = "very-slow") Pace pace,
        @Setting(comment = "A secret.", value = "") Secret password,
        @Setting(comment = "A table.", value = "") Inner inner,
        @Setting(comment = "Tables by name.", value = "") Map<String, Inner> inners) {
    enum Pace {
        VERY_SLOW,
        QUICK
    }

    record Inner(
            @Setting(comment = "Nothing above ten.", value = "5")
            int depth) {
        Inner {
            if (depth > 10) throw Fault.invalid("depth", "is above 10");
        }
    }

    EngineSettings {
        words = List.copyOf(words);
        files = List.copyOf(files);
        inners = Map.copyOf(inners);
    }
}
