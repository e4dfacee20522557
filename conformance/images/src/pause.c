/*
 * The "pause" image: a process that does nothing but hold a pod's namespaces.
 *
 * As PID 1 of a shared PID namespace it is also the parent of orphans, so it reaps them; SIGINT and SIGTERM end it at
 * once with status 0, because a PID 1 without a handler would ignore them and every pod would wait for its grace period.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void leave(int signal_number) {
    (void)signal_number;
    _exit(0);
}

static void reap(int signal_number) {
    (void)signal_number;
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
}

int main(void) {
    const struct sigaction on_stop = {.sa_handler = leave};
    const struct sigaction on_child = {.sa_handler = reap, .sa_flags = SA_NOCLDSTOP | SA_RESTART};
    if (sigaction(SIGINT, &on_stop, NULL) < 0 || sigaction(SIGTERM, &on_stop, NULL) < 0
        || sigaction(SIGCHLD, &on_child, NULL) < 0) {
        return 1;
    }
    for (;;) {
        pause();
    }
}
