package io.davit.backend.oci.layers;

/**
 * What unpacking has made.
 *
 * @param contentBytes sum of the files' sizes: what an image's size counts
 * @param allocatedBytes what the files take on disk, rounded up to blocks
 * @param inodes files, directories and nodes; a hard link is none
 * @param hidesLower nothing of lower layers shows at all (an opaque root, which overlayfs cannot mark)
 */
public record UnpackedLayer(long contentBytes, long allocatedBytes, long inodes, boolean hidesLower) {}
