/** Tests of the wire declarations. */
@NullMarked
package io.davit.cri;

import org.jspecify.annotations.NullMarked;
