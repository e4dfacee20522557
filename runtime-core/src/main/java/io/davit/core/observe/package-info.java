/**
 * What the daemon does, in numbers for a monitoring system: the metrics of the daemon itself, not those of pods, which
 * are the CRI's (io.davit.core.query). Nothing of the metrics library is loaded unless they are configured.
 */
@NullMarked
package io.davit.core.observe;

import org.jspecify.annotations.NullMarked;
