package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Starts programs with exactly the descriptors they are given (posix_spawn(3), glibc 2.34). java.lang.Process cannot:
 * it passes only three descriptors, and closes its pipes when the direct child ends, which breaks the sync pipe of a
 * monitor that forks twice. Children get default signals, none blocked, and must be {@linkplain #reap reaped}.
 */
public final class Spawn {
    private static final short SETSIGDEF = 0x04;
    private static final short SETSIGMASK = 0x08;
    private static final short SETPGROUP = 0x02;
    private static final int O_RDWR = 2;
    /** More than any posix_spawnattr_t (336), posix_spawn_file_actions_t (80) or sigset_t (128) of glibc. */
    private static final int STRUCT_BYTES = 512;

    static {
        Libc.bind(Spawn.class);
    }

    private Spawn() {}

    /**
     * What to start.
     *
     * @param program absolute path
     * @param arguments the whole argument vector
     * @param environment complete: nothing is inherited
     * @param descriptors what the child sees as descriptors 0, 1, 2 and so on; {@link #NULL} is /dev/null
     */
    public record Program(
            Path program,
            List<String> arguments,
            Map<String, String> environment,
            Path directory,
            List<Integer> descriptors) {
        public Program {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
            descriptors = List.copyOf(descriptors);
        }
    }

    /** Stands for /dev/null among {@link Program#descriptors}. */
    public static final int NULL = -1;

    /** @return the process id of the child, which leads its own process group */
    public static int start(Program program) {
        try (Prepared prepared = prepare(program)) {
            int error = prepared.spawn();
            if (error != 0) throw Errno.fault("start " + program.program(), error);
            return prepared.pid();
        }
    }

    /** Makes everything ready, so that {@link Prepared#spawn} is one native call. */
    public static Prepared prepare(Program program) {
        return new Prepared(program);
    }

    /** A program that is ready to start; nothing is loaded, allocated or looked up any more. */
    public static final class Prepared implements AutoCloseable {
        private final Memory actions = new Memory(STRUCT_BYTES);
        private final Memory attributes = new Memory(STRUCT_BYTES);
        private final Memory pid = new Memory(Integer.BYTES);
        private final Memory path;
        private final Pointer arguments;
        private final Pointer environment;

        private Prepared(Program program) {
            path = new NativeText(program.program().toString());
            arguments = new StringArray(program.arguments().toArray(String[]::new), "UTF-8");
            environment = new StringArray(
                    program.environment().entrySet().stream()
                            .map(variable -> variable.getKey() + "=" + variable.getValue())
                            .toArray(String[]::new),
                    "UTF-8");
            actions.clear();
            attributes.clear();
            check("posix_spawn_file_actions_init", posix_spawn_file_actions_init(actions));
            check("posix_spawnattr_init", posix_spawnattr_init(attributes));
            setDescriptors(program);
            setAttributes();
        }

        private void setDescriptors(Program program) {
            int child = 0;
            for (int ours : program.descriptors()) {
                int error = ours == NULL
                        ? posix_spawn_file_actions_addopen(actions, child, "/dev/null", O_RDWR, 0)
                        : posix_spawn_file_actions_adddup2(actions, ours, child);
                check("pass descriptor " + child, error);
                child++;
            }
            check("close descriptors", posix_spawn_file_actions_addclosefrom_np(actions, child));
            String directory = program.directory().toString();
            check("set the directory", posix_spawn_file_actions_addchdir_np(actions, directory));
        }

        private void setAttributes() {
            try (Memory signals = new Memory(STRUCT_BYTES)) {
                signals.clear();
                sigemptyset(signals);
                check("unblock signals", posix_spawnattr_setsigmask(attributes, signals));
                sigfillset(signals);
                check("reset signals", posix_spawnattr_setsigdefault(attributes, signals));
            }
            short flags = SETSIGDEF | SETSIGMASK | SETPGROUP;
            check("set attributes", posix_spawnattr_setflags(attributes, flags));
        }

        /**
         * Starts it. One native call that takes only addresses: it loads no class and opens no file of the JVM, so that
         * it works on a thread whose root directory is another one.
         *
         * @return 0, or the error number
         */
        public int spawn() {
            return posix_spawn(pid, path, actions, attributes, arguments, environment);
        }

        public int pid() {
            return pid.getInt(0);
        }

        @Override
        public void close() {
            posix_spawn_file_actions_destroy(actions);
            posix_spawnattr_destroy(attributes);
            actions.close();
            attributes.close();
            path.close();
            pid.close();
        }
    }

    /**
     * Waits for the end of a child of ours; blocks the thread natively.
     *
     * @return the exit code; 128 + n after signal n
     */
    public static int reap(int pid) {
        int[] status = new int[1];
        while (true) {
            try {
                waitpid(pid, status, 0);
                return exitCode(status[0]);
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EINTR) throw Errno.fault("wait for process " + pid, e);
            }
        }
    }

    /** Takes the exit status of a child that has ended, so that it is no zombie; does nothing for others. */
    public static void reapIfEnded(int pid) {
        try {
            waitpid(pid, new int[1], WNOHANG);
        } catch (LastErrorException _) {
            // ECHILD: not, or no longer, a child of this process (an earlier daemon's); init reaps it.
        }
    }

    private static final int WNOHANG = 1;

    // wait(2): the low 7 bits are the signal, 0 if it exited; the next byte is the exit code.
    private static int exitCode(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    private static void check(String doing, int error) {
        if (error != 0) throw Errno.fault(doing, error);
    }

    private static native int posix_spawn(
            Pointer pid, Pointer path, Pointer actions, Pointer attributes, Pointer arguments, Pointer environment);

    private static native int posix_spawn_file_actions_init(Pointer actions);

    private static native int posix_spawn_file_actions_destroy(Pointer actions);

    private static native int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

    private static native int posix_spawn_file_actions_addopen(
            Pointer actions, int descriptor, String path, int flags, int mode);

    private static native int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int from);

    private static native int posix_spawn_file_actions_addchdir_np(Pointer actions, String path);

    private static native int posix_spawnattr_init(Pointer attributes);

    private static native int posix_spawnattr_destroy(Pointer attributes);

    private static native int posix_spawnattr_setflags(Pointer attributes, short flags);

    private static native int posix_spawnattr_setsigmask(Pointer attributes, Pointer signals);

    private static native int posix_spawnattr_setsigdefault(Pointer attributes, Pointer signals);

    private static native int sigemptyset(Pointer signals);

    private static native int sigfillset(Pointer signals);

    private static native int waitpid(int pid, int[] status, int options) throws LastErrorException;
}
