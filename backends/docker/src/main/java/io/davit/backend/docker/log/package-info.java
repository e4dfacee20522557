/** Log files in the format of the CRI, out of the files that Docker's json-file driver writes. */
@NullMarked
package io.davit.backend.docker.log;

import org.jspecify.annotations.NullMarked;
