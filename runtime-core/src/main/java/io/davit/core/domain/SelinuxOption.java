package io.davit.core.domain;

/** The parts of an SELinux label; an empty part is left to the runtime. */
public record SelinuxOption(String user, String role, String type, String level) {}
