package io.davit.backend.oci.syscall;

/** Kinds of namespaces that a pod can have of its own (namespaces(7)). */
public enum NamespaceKind {
    NET("net", 0x40000000, "network"),
    IPC("ipc", 0x08000000, "ipc"),
    UTS("uts", 0x04000000, "uts"),
    PID("pid", 0x20000000, "pid"),
    MOUNT("mnt", 0x00020000, "mount"),
    CGROUP("cgroup", 0x02000000, "cgroup"),
    USER("user", 0x10000000, "user");

    private final String file;
    private final int flag;
    private final String specType;

    NamespaceKind(String file, int flag, String specType) {
        this.file = file;
        this.flag = flag;
        this.specType = specType;
    }

    /** Its name below /proc/PID/ns. */
    public String file() {
        return file;
    }

    /** CLONE_NEW... for unshare(2) and setns(2). */
    int flag() {
        return flag;
    }

    /** Its name in config.json (OCI runtime-spec, namespaces). */
    public String specType() {
        return specType;
    }
}
