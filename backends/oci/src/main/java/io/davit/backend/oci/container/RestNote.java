package io.davit.backend.oci.container;

import io.davit.core.domain.StdioMode;

/**
 * What the start of a restored container needs; it takes the note away, as the process is made only once.
 *
 * @param images directory of the images of the process
 * @param program it was begun with
 */
record RestNote(String images, String program, boolean stdin, boolean stdinOnce, boolean tty) {
    RestNote(String images, String program, StdioMode stdio) {
        this(images, program, stdio.stdin(), stdio.stdinOnce(), stdio.tty());
    }

    StdioMode stdio() {
        return new StdioMode(stdin, stdinOnce, tty);
    }
}
