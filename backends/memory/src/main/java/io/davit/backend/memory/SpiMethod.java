package io.davit.backend.memory;

import io.davit.core.spi.Containers;
import io.davit.core.spi.Images;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Sandboxes;
import io.davit.core.spi.Streams;
import java.lang.reflect.Method;
import java.util.Arrays;

/** The methods of the SPI that do or see something, to name them in a {@link Script}. */
public enum SpiMethod {
    SANDBOX_START(Sandboxes.class, "start", true),
    SANDBOX_STOP(Sandboxes.class, "stop", true),
    SANDBOX_REMOVE(Sandboxes.class, "remove", true),
    CONTAINER_CREATE(Containers.class, "create", true),
    CONTAINER_START(Containers.class, "start", true),
    CONTAINER_STOP(Containers.class, "stop", true),
    CONTAINER_REMOVE(Containers.class, "remove", true),
    CONTAINER_UPDATE(Containers.class, "update", true),
    CONTAINER_CHECKPOINT(Containers.class, "checkpoint", false),
    CONTAINER_RESTORE(Containers.class, "restore", true),
    CONTAINER_REOPEN_LOG(Containers.class, "reopenLog", true),
    IMAGE_PULL(Images.class, "pull", true),
    IMAGE_LOAD(Images.class, "load", true),
    IMAGE_SAVE(Images.class, "save", false),
    IMAGE_PROGRESS(Images.class, "progress", false),
    IMAGE_ACTIVITY(Images.class, "activity", false),
    IMAGE_LIST(Images.class, "list", false),
    IMAGE_REMOVE(Images.class, "remove", true),
    IMAGE_FILESYSTEMS(Images.class, "imageFilesystems", false),
    CONTAINER_FILESYSTEMS(Images.class, "containerFilesystems", false),
    EXEC(Streams.class, "exec", false),
    ATTACH(Streams.class, "attach", false),
    FORWARD(Streams.class, "forward", false),
    SIGHTINGS(Observer.class, "sightings", false),
    SIGHTING(Observer.class, "sighting", false),
    CONTAINER_USAGE(Observer.class, "containerUsage", false),
    SANDBOX_USAGE(Observer.class, "sandboxUsage", false),
    WATCH(Observer.class, "watch", false);

    private final Class<?> owner;
    private final String methodName;
    private final boolean changing;

    SpiMethod(Class<?> owner, String methodName, boolean changing) {
        this.owner = owner;
        this.methodName = methodName;
        this.changing = changing;
    }

    /** Whether it leaves the engine different from before. */
    public boolean isChanging() {
        return changing;
    }

    static SpiMethod of(Method method) {
        return Arrays.stream(values())
                .filter(one -> one.owner.equals(method.getDeclaringClass()) && one.methodName.equals(method.getName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("a method of the SPI without a name here: " + method));
    }
}
