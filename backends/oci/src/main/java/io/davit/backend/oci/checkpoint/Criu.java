package io.davit.backend.oci.checkpoint;

import io.davit.backend.oci.host.ProgramSearch;
import io.davit.backend.oci.runtime.OciRuntime;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.time.Duration;

/** Whether checkpoints can be made on this host. */
final class Criu {
    private static final Duration CHECK_MAX = Duration.ofSeconds(30);

    private final Commands commands;

    Criu(Commands commands) {
        this.commands = commands;
    }

    /** @throws Fault Refused with the reason and what to do */
    void require(OciRuntime runtime) {
        if (ProgramSearch.find("criu").isEmpty()) throw refused("criu is not installed; apt-get install criu");
        CommandResult check = commands.run(Command.of(CHECK_MAX, "criu", "check"));
        if (!check.succeeded()) throw refused("criu check: " + check.complaint());
        if (!runtime.name().equals("crun")) return;
        // crun can be built without; its version line lists what it was built with (crun(1)).
        CommandResult version =
                commands.run(Command.of(CHECK_MAX, runtime.program().toString(), "--version"));
        if (!version.stdoutText().contains("+CRIU")) {
            throw refused("this crun was built without CRIU; use a runtime handler with runc");
        }
    }

    private static Fault refused(String why) {
        return new Fault(new Fault.Kind.Refused("no container of this node can be checkpointed", why));
    }
}
