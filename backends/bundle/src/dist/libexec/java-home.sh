# shellcheck shell=bash
# Finds Java 25. Sourced by bin/davit and, in the source tree, by scripts/lib.sh.

# java_home_25 PROGRAM: prints the home of a Java 25 that has bin/PROGRAM (java: any; javac: a full JDK), or fails.
# Looks at JAVA_HOME first, then where packages and installers put JDKs, then at PROGRAM on the PATH.
java_home_25() {
    local program=$1 candidate on_path
    on_path=$(command -v "$program" || true)
    for candidate in \
        "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* /usr/java/* "${HOME:-/root}"/.sdkman/candidates/java/* \
        "${on_path:+$(dirname "$(dirname "$(readlink -f "$on_path")")")}"; do
        # The release file tells the version without starting a JVM.
        if [ -x "$candidate/bin/$program" ] && grep -q '^JAVA_VERSION="25[".+]' "$candidate/release" 2>/dev/null; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

java_25_how_to() {
    cat <<'HINT'
Looked at JAVA_HOME, /usr/lib/jvm/*, /opt/java/*, /opt/jdk*, /usr/java/*, ~/.sdkman and the PATH.
To get one:
  Debian, Ubuntu, if the release has it:  apt-get install openjdk-25-jdk-headless
  Fedora, if the release has it:          dnf install java-25-openjdk-devel
  everywhere: unpack https://adoptium.net/temurin/releases/?version=25 and set JAVA_HOME
HINT
}
