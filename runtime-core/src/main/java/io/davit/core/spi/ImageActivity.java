package io.davit.core.spi;

/**
 * What a backend has done for images since it was opened, and what it is about to do.
 *
 * @param fetchedBytes of packed layers, from registries and archives
 * @param resumedBytes of packed layers that an earlier pull had fetched before it broke off
 * @param joinedBytes of packed layers that another pull was fetching
 * @param layersUnpacked since the start
 * @param layersDeleted since the start
 * @param remainingBytes of packed layers that pulls under way still have to fetch
 * @param trashBytes of what is no image's any more and still on disk
 */
public record ImageActivity(
        long fetchedBytes,
        long resumedBytes,
        long joinedBytes,
        long layersUnpacked,
        long layersDeleted,
        long remainingBytes,
        long trashBytes) {
    /** Of a backend whose engine does not tell. */
    public static final ImageActivity UNKNOWN = new ImageActivity(0, 0, 0, 0, 0, 0, 0);
}
