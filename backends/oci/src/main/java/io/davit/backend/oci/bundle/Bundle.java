package io.davit.backend.oci.bundle;

import io.davit.core.domain.ProcessUser;

/**
 * A config.json, with what was found out while it was made.
 *
 * @param ownPid whether the end of the first process ends all others
 */
public record Bundle(String config, ProcessUser user, boolean ownPid) {}
