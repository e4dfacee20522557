package io.davit.core.machine;

/** Where a container is in its life. */
public enum ContainerPhase {
    /** The backend is making it; not listed, for no client was told of it. */
    CREATING,
    /** Made; the user's process has not run. */
    CREATED,
    /** The backend is starting it; listed as created. */
    STARTING,
    /** The user's process runs. */
    RUNNING,
    /** The user's process has ended, or could not be started. */
    EXITED,
    /** Being removed, also again and again by the reconciler; listed as exited. */
    REMOVING,
    /** The backend cannot tell. */
    UNKNOWN
}
