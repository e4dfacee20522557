package io.davit.backend.docker;

import io.davit.core.domain.Fault;
import io.davit.core.spi.HostServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;

/** The word by which one davit's containers are told from those of another at the same daemon. */
final class Owner {
    private static final int BYTES = 8;

    private Owner() {}

    /** Made once, and kept with the rest of the state. */
    static String of(HostServices host) {
        Path file = host.persistentDirectory().resolve("owner");
        try {
            if (Files.exists(file)) return Files.readString(file).strip();
            byte[] bytes = new byte[BYTES];
            host.random().nextBytes(bytes);
            String owner = HexFormat.of().formatHex(bytes);
            Path fresh = file.resolveSibling("owner.new");
            Files.writeString(fresh, owner + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            return owner;
        } catch (IOException e) {
            throw Fault.failed("read or make " + file, e);
        }
    }
}
