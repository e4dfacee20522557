/*
 * ipcs -m: lists the System V shared memory segments of the IPC namespace it runs in.
 *
 * Debian's busybox is built without this applet; critest looks for a segment of the host by id in what it prints.
 * The columns are those of util-linux; the source is /proc/sysvipc/shm, which the kernel keeps per namespace.
 */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    if (argc != 2 || strcmp(argv[1], "-m") != 0) {
        fprintf(stderr, "usage: ipcs -m\n");
        return 2;
    }
    FILE *segments = fopen("/proc/sysvipc/shm", "re");
    if (segments == NULL) {
        perror("ipcs: /proc/sysvipc/shm");
        return 1;
    }
    printf("------ Shared Memory Segments --------\n");
    printf("%-10s %-10s %-10s %-10s %-10s %-10s\n", "key", "shmid", "uid", "perms", "bytes", "nattch");
    char line[512];
    while (fgets(line, sizeof line, segments) != NULL) {
        int key, id, uid;
        unsigned mode, creator, last;
        unsigned long bytes, attached;
        /* proc(5): key shmid perms size cpid lpid nattch uid ...; the title line does not parse and drops out */
        if (sscanf(line, "%d %d %o %lu %u %u %lu %d", &key, &id, &mode, &bytes, &creator, &last, &attached, &uid) == 8) {
            printf("0x%08x %-10d %-10d %-10o %-10lu %-10lu\n", (unsigned)key, id, uid, mode & 0777, bytes, attached);
        }
    }
    fclose(segments);
    return 0;
}
