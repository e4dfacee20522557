/*
 * noise SEED BYTES: writes the same bytes for the same seed on every machine, and compresses about as well as programs
 * do (to two fifths): blocks of pseudo-random bytes, each followed by a longer one that repeats. Fills large images.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 4096, RANDOM_BYTES = 1536 };

/* xorshift64* (Vigna): small, and good enough to defeat gzip. */
static uint64_t next(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: noise SEED BYTES\n");
        return 2;
    }
    uint64_t state = strtoull(argv[1], NULL, 10) * 2 + 1; /* never 0, from which xorshift does not move */
    uint64_t left = strtoull(argv[2], NULL, 10);
    unsigned char block[BLOCK_BYTES];
    memset(block, 'd', sizeof block);
    while (left > 0) {
        for (size_t at = 0; at < RANDOM_BYTES; at += sizeof(uint64_t)) {
            const uint64_t word = next(&state);
            for (size_t byte = 0; byte < sizeof word; byte++) {
                block[at + byte] = (unsigned char)(word >> (8 * byte));
            }
        }
        const size_t count = left < sizeof block ? (size_t)left : sizeof block;
        if (fwrite(block, 1, count, stdout) != count) {
            perror("noise");
            return 1;
        }
        left -= count;
    }
    return fflush(stdout) != 0;
}
