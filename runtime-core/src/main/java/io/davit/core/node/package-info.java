/** What the node consists of: its records, its backends, its network, and the locks that keep operations apart. */
@NullMarked
package io.davit.core.node;

import org.jspecify.annotations.NullMarked;
