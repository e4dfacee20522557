/**
 * SPDY/3.1 as the Kubernetes clients speak it (draft-mbelshe-httpbis-spdy, and moby/spdystream for what is left out).
 * What stops a fast side is TCP (see {@link io.davit.core.streaming.flow}): spdystream takes no part in SPDY's flow
 * control, it neither sends WINDOW_UPDATE nor waits for one. Frames of flow control, SETTINGS and priorities are
 * skipped.
 *
 * <p>Why not Netty's codec (4.2.18): its session falls silent after the 64 KiB of a window; its frame codec asks for
 * more bytes even when reading is switched off, so that nothing stops a fast client; it writes the empty header block
 * of a reply as no block at all, on which spdystream breaks off; and each connection costs it a deflater of 256 KiB.
 */
@NullMarked
package io.davit.core.streaming.spdy;

import org.jspecify.annotations.NullMarked;
