package io.davit.backend.oci.tar;

import io.davit.backend.oci.tar.TarEntry.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the bytes of a sparse file belong, in GNU tar's four ways of writing it ("Storing Sparse Files" in its manual).
 *
 * @param sizeBytes of the file with its holes
 * @param headerBytes of the content that were spent on the map itself
 */
record SparseMap(long sizeBytes, List<Extent> extents, long headerBytes) {
    private static final int EXTENTS_MAX = 100_000;
    private static final int PAIR_BYTES = 24;
    private static final int NUMBER_BYTES = 12;

    SparseMap {
        extents = List.copyOf(extents);
    }

    static SparseMap read(Header header, PaxRecords pax, ArchiveBytes archive, long contentBytes) throws IOException {
        SparseMap map = find(header, pax, archive, contentBytes);
        map.check(contentBytes - map.headerBytes);
        return map;
    }

    private static SparseMap find(Header header, PaxRecords pax, ArchiveBytes archive, long contentBytes)
            throws IOException {
        if (header.type() == 'S') return ofGnuHeader(header, archive);
        if (pax.text("GNU.sparse.major").filter("1"::equals).isPresent()) return ofContent(pax, archive, contentBytes);
        Optional<String> list = pax.text("GNU.sparse.map");
        if (list.isPresent()) return new SparseMap(size(pax, "GNU.sparse.size"), pairs(list.get()), 0);
        if (!pax.sparsePairs().isEmpty()) {
            return new SparseMap(size(pax, "GNU.sparse.size"), pairs(pax.sparsePairs()), 0);
        }
        return new SparseMap(contentBytes, List.of(new Extent(0, contentBytes)), 0);
    }

    private static long size(PaxRecords pax, String key) throws TarFormatException {
        return pax.number(key).orElseThrow(() -> new TarFormatException("a sparse file without " + key));
    }

    // Four pairs in the header, then blocks of 21 pairs while the flag after them is set.
    private static SparseMap ofGnuHeader(Header header, ArchiveBytes archive) throws IOException {
        List<Long> numbers = new ArrayList<>();
        collect(header.block(), 386, 4, numbers);
        boolean more = header.block()[482] != 0;
        while (more) {
            byte[] block = archive.exactly(Header.BLOCK_BYTES);
            collect(block, 0, 21, numbers);
            more = block[504] != 0;
            if (numbers.size() > 2 * EXTENTS_MAX) throw tooMany();
        }
        return new SparseMap(header.sparseRealSize(), pairs(numbers), 0);
    }

    private static void collect(byte[] block, int at, int pairs, List<Long> numbers) throws TarFormatException {
        for (int i = at; i < at + pairs * PAIR_BYTES; i += PAIR_BYTES) {
            if (block[i] == 0) return;
            numbers.add(Header.number(block, i, NUMBER_BYTES));
            numbers.add(Header.number(block, i + NUMBER_BYTES, NUMBER_BYTES));
        }
    }

    // Format 1.0: the content begins with decimal lines, padded to whole blocks: a count, then offsets and lengths.
    private static SparseMap ofContent(PaxRecords pax, ArchiveBytes archive, long contentBytes) throws IOException {
        List<Long> numbers = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        long wanted = 1;
        long used = 0;
        while (numbers.size() < wanted) {
            if (used + Header.BLOCK_BYTES > contentBytes)
                throw new TarFormatException("a sparse file's map is cut off");
            byte[] block = archive.exactly(Header.BLOCK_BYTES);
            used += Header.BLOCK_BYTES;
            for (int i = 0; i < block.length && numbers.size() < wanted; i++) {
                if (block[i] != '\n') {
                    line.append((char) (block[i] & 0xff));
                    continue;
                }
                numbers.add(PaxRecords.decimal(line.toString()));
                line.setLength(0);
                if (numbers.size() == 1) wanted = 1 + 2 * numbers.getFirst();
                if (wanted > 2 * EXTENTS_MAX) throw tooMany();
            }
        }
        List<Extent> extents = pairs(numbers.subList(1, numbers.size()));
        return new SparseMap(size(pax, "GNU.sparse.realsize"), extents, used);
    }

    private static List<Extent> pairs(String commaSeparated) throws TarFormatException {
        List<Long> numbers = new ArrayList<>();
        for (String number : commaSeparated.split(",", -1)) {
            numbers.add(PaxRecords.decimal(number));
        }
        return pairs(numbers);
    }

    private static List<Extent> pairs(List<Long> numbers) throws TarFormatException {
        if (numbers.size() > 2 * EXTENTS_MAX) throw tooMany();
        if (numbers.size() % 2 != 0) throw new TarFormatException("a sparse file's map has an odd count of numbers");
        List<Extent> extents = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i += 2) {
            extents.add(new Extent(numbers.get(i), numbers.get(i + 1)));
        }
        return extents;
    }

    private void check(long contentBytes) throws TarFormatException {
        long end = 0;
        long sum = 0;
        for (Extent extent : extents) {
            boolean good = extent.offset() >= end
                    && extent.bytes() >= 0
                    && extent.bytes() <= sizeBytes
                    && extent.offset() <= sizeBytes - extent.bytes();
            if (!good) throw new TarFormatException("a sparse file's map is not in order or exceeds the file");
            end = extent.end();
            sum += extent.bytes();
        }
        if (sum != contentBytes) throw new TarFormatException("a sparse file's map does not fit its content");
    }

    private static TarFormatException tooMany() {
        return new TarFormatException("a sparse file with more than " + EXTENTS_MAX + " parts");
    }
}
