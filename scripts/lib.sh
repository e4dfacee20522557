# Shared by the scripts here; sourced, after "set -euo pipefail". Gives: repo, say, die, have_packages, use_jdk, maven.
# shellcheck shell=bash

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# One search for Java 25, the launcher's.
# shellcheck source=SCRIPTDIR/../backends/bundle/src/dist/libexec/java-home.sh
. "$repo/backends/bundle/src/dist/libexec/java-home.sh"

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }

die() {
    say "$@"
    exit 1
}

# have_packages PROGRAM=PACKAGE...: makes sure that each program is there; on Debian, as root, installs what is missing.
have_packages() {
    local pair missing=()
    for pair in "$@"; do
        # /usr/sbin and the CNI directory are not on everybody's PATH.
        PATH=$PATH:/usr/sbin:/sbin:/usr/lib/cni:/opt/cni/bin command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
    done
    [ ${#missing[@]} -eq 0 ] && return
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        die "missing: ${missing[*]}; install the packages of these (Debian's) names and start again"
    fi
    say "installing ${missing[*]}"
    apt_install "${missing[@]}" || die "apt-get could not install ${missing[*]}; its words stand above"
}

# The package lists are fetched only where the first try fails: they are often there, and fetching takes long.
apt_install() {
    local install=(apt-get install -y -qq --no-install-recommends "$@")
    export DEBIAN_FRONTEND=noninteractive
    "${install[@]}" >/dev/null 2>&1 || { apt-get update -qq >&2 && "${install[@]}" >&2; }
}

# use_jdk: exports JAVA_HOME of a full JDK 25; on Debian, as root, installs one if the distribution has it.
use_jdk() {
    if ! JAVA_HOME=$(java_home_25 javac) && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        say "no JDK 25 found, trying apt-get"
        apt_install openjdk-25-jdk-headless || true
    fi
    if ! JAVA_HOME=$(java_home_25 javac); then
        java_25_how_to >&2
        die "there is no JDK 25 on this machine (a JRE is not enough: bin/javac)"
    fi
    export JAVA_HOME
}

# maven ARGUMENT...: runs Maven 3.8 or newer on the whole tree, with JDK 25.
maven() {
    [ -n "${maven_ready:-}" ] || { use_jdk && have_packages mvn=maven && maven_ready=yes; }
    (cd "$repo" && mvn -B -q "$@")
}
