/*
 * pgrep PATTERN: prints the ids of all processes whose name matches the extended regular expression.
 *
 * Debian's busybox is built without this applet, and critest uses it to see whether a timed out ExecSync left a process
 * behind (zombies count, as in every other pgrep). Exit status: 0 found, 1 none, 2 usage, 3 no /proc.
 */
#include <ctype.h>
#include <dirent.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMM_BYTES_MAX = 64 }; /* the kernel's limit is 16, for kernel threads more */

/* Reads the name of a process; 0 when the process has gone in the meantime. */
static int read_name(const char *pid, char name[COMM_BYTES_MAX]) {
    char path[sizeof "/proc//comm" + 32];
    snprintf(path, sizeof path, "/proc/%.32s/comm", pid);
    FILE *comm = fopen(path, "re");
    if (comm == NULL) {
        return 0;
    }
    const int found = fgets(name, COMM_BYTES_MAX, comm) != NULL;
    fclose(comm);
    if (found) {
        name[strcspn(name, "\n")] = '\0';
    }
    return found;
}

int main(int argc, char **argv) {
    regex_t pattern;
    if (argc != 2 || regcomp(&pattern, argv[1], REG_EXTENDED | REG_NOSUB) != 0) {
        fprintf(stderr, "usage: pgrep PATTERN\n");
        return 2;
    }
    DIR *proc = opendir("/proc");
    if (proc == NULL) {
        perror("pgrep: /proc");
        return 3;
    }
    int matches = 0;
    for (const struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        char name[COMM_BYTES_MAX];
        if (isdigit((unsigned char)entry->d_name[0]) && atoi(entry->d_name) != getpid()
            && read_name(entry->d_name, name) && regexec(&pattern, name, 0, NULL, 0) == 0) {
            puts(entry->d_name);
            matches++;
        }
    }
    closedir(proc);
    regfree(&pattern);
    return matches == 0;
}
