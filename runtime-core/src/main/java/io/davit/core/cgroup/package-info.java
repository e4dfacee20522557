/** What the kernel counts of a control group and of the processes in it, for whichever backend has made the group. */
@NullMarked
package io.davit.core.cgroup;

import org.jspecify.annotations.NullMarked;
