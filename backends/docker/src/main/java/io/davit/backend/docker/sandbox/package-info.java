/** Pods: a container that holds the namespaces, and the files that all containers of a pod see. */
@NullMarked
package io.davit.backend.docker.sandbox;

import org.jspecify.annotations.NullMarked;
