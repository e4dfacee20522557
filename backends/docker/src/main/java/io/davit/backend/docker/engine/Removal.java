package io.davit.backend.docker.engine;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Removed;
import java.time.Duration;
import java.util.Optional;

/** Kills and deletes containers of Docker, whatever state they are in. */
public final class Removal {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Daemon daemon;

    public Removal(Daemon daemon) {
        this.daemon = daemon;
    }

    /** Sends SIGKILL and waits until the container has ended. A container that does not run, or is not there, has. */
    public void kill(String name) {
        signal(name, "KILL");
        awaitEnd(name);
    }

    /** @param signal by its name without SIG, or a number */
    public void signal(String name, String signal) {
        daemon.tell("send SIG" + signal + " to container " + name, client -> {
            try {
                client.killContainerCmd(name).withSignal(signal).exec();
            } catch (NotFoundException | ConflictException | NotModifiedException _) {
                // It has ended.
            }
        });
    }

    private void awaitEnd(String name) {
        long deadline = System.nanoTime() + daemon.limits().change().toNanos();
        while (true) {
            Optional<ContainerState> state = ContainerState.of(daemon, name);
            if (state.filter(seen -> seen.phase() == ContainerState.Phase.RUNNING)
                    .isEmpty()) return;
            if (System.nanoTime() > deadline) {
                throw Fault.failed(
                        "kill container " + name,
                        "process " + state.get().pid() + " is still there "
                                + daemon.limits().change().toSeconds()
                                + " s after SIGKILL; it hangs in the kernel (state D in ps), or Docker does");
            }
            pause("kill container " + name);
        }
    }

    /** Deletes a container with its anonymous volumes; answers when it is gone. */
    public Removed remove(String name) {
        if (ContainerState.of(daemon, name).isEmpty()) return Removed.ALREADY;
        long deadline = System.nanoTime() + daemon.limits().change().toNanos();
        while (true) {
            Optional<ConflictException> refused = daemon.change("remove container " + name, client -> {
                try {
                    client.removeContainerCmd(name)
                            .withForce(true)
                            .withRemoveVolumes(true)
                            .exec();
                    return Optional.empty();
                } catch (NotFoundException _) {
                    return Optional.empty();
                } catch (ConflictException e) {
                    // Somebody else is removing it already: this is not an error, but to be waited for.
                    return Optional.of(e);
                }
            });
            if (ContainerState.of(daemon, name).isEmpty()) return Removed.NOW;
            if (System.nanoTime() > deadline) {
                throw refused.map(e -> Refusal.fault("remove container " + name, e))
                        .orElseGet(() -> Fault.failed("remove container " + name, "Docker lists it still"));
            }
            pause("remove container " + name);
        }
    }

    private static void pause(String doing) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(new Fault.Kind.Cancelled(doing), e);
        }
    }
}
