/**
 * Streams into containers: commands run beside the first process, attachments to it, and connections into a pod's
 * network. Natively blocking reads stand on platform threads of their own; the client's streams are touched by the
 * caller's thread and, for input, by one more.
 */
@NullMarked
package io.davit.backend.oci.exec;

import org.jspecify.annotations.NullMarked;
