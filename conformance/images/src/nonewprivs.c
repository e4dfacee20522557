/*
 * The "nonewprivs" image: installed set-uid root, it tells whether the kernel honoured that. Under no_new_privs it runs
 * with the container's user, otherwise with 0. critest reads exactly this line from the container's log.
 */
#include <stdio.h>
#include <unistd.h>

int main(void) {
    return printf("Effective uid: %d\n", (int)geteuid()) < 0;
}
