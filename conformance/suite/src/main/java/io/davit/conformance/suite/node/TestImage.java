package io.davit.conformance.suite.node;

/** What the tests need images for. The default names are those of critest, so that one registry serves both suites. */
public enum TestImage {
    /** A shell and the usual applets; what nearly every test runs. */
    SHELL("shell", "registry.k8s.io/e2e-test-images/busybox:1.29-2"),
    /** Three images that no other test uses; each is pulled and removed. */
    FIRST("first", "gcr.io/k8s-staging-cri-tools/test-image-1:latest"),
    SECOND("second", "gcr.io/k8s-staging-cri-tools/test-image-2:latest"),
    THIRD("third", "gcr.io/k8s-staging-cri-tools/test-image-3:latest"),
    /** Two names of one image. */
    TWIN("twin", "gcr.io/k8s-staging-cri-tools/test-image-tags:1"),
    OTHER_TWIN("other-twin", "gcr.io/k8s-staging-cri-tools/test-image-tags:2"),
    /** Has a shell; its user is the number 1002. */
    USER_NUMBER("user-number", "gcr.io/k8s-staging-cri-tools/test-image-user-uid:latest"),
    /** Has a shell; its user is the name www-data, 33 in its /etc/passwd. */
    USER_NAME("user-name", "gcr.io/k8s-staging-cri-tools/test-image-user-username:latest"),
    /** Has a shell; its user is 1000, whom its /etc/group puts into the group 50000 besides. */
    USER_GROUPS("user-groups", "gcr.io/k8s-staging-cri-tools/test-image-predefined-group:latest"),
    /** Its stop signal is SIGQUIT. */
    STOP_SIGNAL("stop-signal", "registry.k8s.io/e2e-test-images/nginx:1.14-2"),
    /** Gains root by a set-uid bit, unless no_new_privs forbids; prints "Effective uid: N". */
    SET_UID("set-uid", "registry.k8s.io/e2e-test-images/nonewprivs:1.3");

    private final String role;
    private final String reference;

    TestImage(String role, String reference) {
        this.role = role;
        this.reference = reference;
    }

    /** As {@code --image ROLE=REF} calls it. */
    public String role() {
        return role;
    }

    public String defaultReference() {
        return reference;
    }
}
