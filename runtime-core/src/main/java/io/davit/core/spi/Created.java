package io.davit.core.spi;

import io.davit.core.domain.ProcessUser;
import java.util.Optional;

/** A container that was created, with what only the engine could find out. */
public record Created(Optional<ProcessUser> user) {}
