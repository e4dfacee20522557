# Shared by the scripts around the outside suites; sourced, after "set -euo pipefail" and "shopt -s inherit_errexit".
# Gives, besides what lib.sh gives: left_out, misuse, usage, use_cache, deb, deb_of, in_deb, await, start_registry and
# others.
# shellcheck shell=bash disable=SC2034 # what is defined here is used by those who source it

# shellcheck source=SCRIPTDIR/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# The registry inside a capsule, whose ports are all free.
readonly suite_registry=127.0.0.1:5000

# The hosts of the images that critest has compiled in.
readonly suite_hosts=(registry.k8s.io k8s.gcr.io gcr.io)

# left_out REASON: exit code 3 says that nothing failed, but that this machine lacks something.
left_out() {
    say "left out: $*"
    exit 3
}

misuse() {
    say "$* (try --help)"
    exit 2
}

# usage FILE: the comment at the head of a script is its help.
usage() { sed -n '2,/^[^#]/{ s/^# \{0,1\}//p; }' "$1"; }

# use_cache [DIR]: sets cache to the directory given, or the user's; scripts started from here use the same.
use_cache() {
    cache=${1:-${DAVIT_CACHE:-${XDG_CACHE_HOME:-${HOME:?is not set, use --cache DIR}/.cache}/davit}}
    export DAVIT_CACHE=$cache
    mkdir -p "$cache"
}

# deb NAME...: the directory with the contents of a Debian package: the first of these names that exists (several names
# stand for one package that was renamed). It is neither installed nor configured, so no service of it is started.
deb() {
    local name fresh log=''
    for name in "$@"; do
        if [[ -d $cache/debs/$name/root ]]; then printf '%s' "$cache/debs/$name/root"; return; fi
    done
    command -v apt-get >/dev/null || left_out "$1 comes as a Debian package, and there is no apt-get"
    mkdir -p "$cache/debs"
    for name in "$@"; do
        fresh=$(mktemp -d "$cache/debs/.$name.XXXXXX")
        if (cd "$fresh" && download "$name") >"$fresh/log" 2>&1; then
            dpkg-deb -x "$fresh"/*.deb "$fresh/root"
            dpkg-deb -W "$fresh"/*.deb >"$fresh/version"
            rm -f "$fresh"/*.deb "$fresh/log"
            chmod 755 "$fresh"
            mv -T "$fresh" "$cache/debs/$name"
            printf '%s' "$cache/debs/$name/root"
            return
        fi
        log+=$(<"$fresh/log")
        rm -rf "$fresh"
    done
    die "cannot download the Debian package $1 (apt-get update may help): $log"
}

# download PACKAGE: into the working directory. The package lists are fetched where there are none yet. apt's sandbox user
# cannot enter a private cache; the archive's signature and hash are checked all the same.
download() {
    [[ -n $(apt-cache policy "$1") || $EUID != 0 ]] || apt-get -qq update
    apt-get -qq -o APT::Sandbox::User=root download "$1"
}

# deb_of RELEASE NAME: the same of another release of Debian, from the archive that this machine uses; its programs
# must do with this machine's libraries. The machine's own package lists are not touched.
deb_of() {
    local release=$1 name=$2 apt=$cache/apt/$1 fresh uri
    local root=$cache/debs/$release/$name/root
    if [[ ! -d $root ]]; then
        command -v apt-get >/dev/null || left_out "$name comes as a Debian package, and there is no apt-get"
        mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$cache/debs/$release"
        uri=$(apt-get indextargets --format '$(REPO_URI) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' |
            awk '$2 == "main" && $3 == "Debian" && $1 !~ /security/ { print $1; exit }')
        [[ -n $uri ]] || die "this machine's apt has no Debian archive to take $name of $release from"
        printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$uri" "$release" \
            >"$apt/sources.list"
        : >"$apt/status"
        printf '%s "%s";\n' Dir::State "$apt" Dir::State::lists "$apt/lists" Dir::State::status "$apt/status" \
            Dir::Cache "$apt" Dir::Etc::sourcelist "$apt/sources.list" Dir::Etc::sourceparts - \
            Acquire::Languages none APT::Sandbox::User root >"$apt/apt.conf"
        fresh=$(mktemp -d "$cache/debs/$release/.$name.XXXXXX")
        (
            export APT_CONFIG=$apt/apt.conf
            cd "$fresh"
            [[ -n $(apt-cache policy "$name") ]] || apt-get -qq update
            apt-get -qq download "$name"
        ) >"$fresh/log" 2>&1 || die "cannot download the Debian package $name of $release: $(<"$fresh/log")"
        dpkg-deb -x "$fresh"/*.deb "$fresh/root"
        dpkg-deb -W "$fresh"/*.deb >"$fresh/version"
        rm -f "$fresh"/*.deb "$fresh/log"
        chmod 755 "$fresh"
        mv -T "$fresh" "$cache/debs/$release/$name"
    fi
    printf '%s' "$root"
}

# in_deb NAME FILE: the path of FILE inside an unpacked package.
in_deb() {
    local root
    root=$(deb "$1")
    [[ -e $root/$2 ]] || die "the Debian package $1 has no $2: $(<"$root/../version")"
    printf '%s' "$root/$2"
}

# port_open HOST PORT: whether somebody listens there.
port_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# await PID SECONDS LOG COMMAND...: repeats COMMAND until it succeeds. Gives up when the daemon PID has died, or after
# SECONDS, and shows the end of its LOG, which may be about to vanish.
await() {
    local daemon=$1 deadline=$((SECONDS + $2)) log=$3
    shift 3
    until "$@"; do
        if ((SECONDS >= deadline)) || ! kill -0 "$daemon" 2>/dev/null; then
            tail -n 30 "$log" >&2
            die "the daemon with the log above did not come up"
        fi
        sleep 0.05
    done
}

# have_container_tools: what every engine that stands on OCI runtimes needs; installs it if it can.
# (portmap, because iproute2 has a program called bridge, too.)
have_container_tools() {
    have_packages runc=runc crun=crun conmon=conmon catatonit=catatonit portmap=containernetworking-plugins \
        iptables=iptables ip=iproute2
    PATH=$PATH:/usr/sbin:/sbin
}

# cni_plugins: the directory of the CNI plugins.
cni_plugins() {
    local directory
    for directory in /usr/lib/cni /opt/cni/bin; do
        if [[ -x $directory/bridge ]]; then printf '%s' "$directory" && return; fi
    done
    die 'there are no CNI plugins in /usr/lib/cni and /opt/cni/bin'
}

# cni_network NAME BRIDGE SUBNET: the configuration of a pod network, the usual one for Kubernetes on one node.
cni_network() {
    cat <<JSON
{
  "cniVersion": "1.0.0",
  "name": "$1",
  "plugins": [
    {
      "type": "bridge", "bridge": "$2", "isGateway": true, "ipMasq": true, "hairpinMode": true,
      "ipam": { "type": "host-local", "ranges": [[{ "subnet": "$3" }]], "routes": [{ "dst": "0.0.0.0/0" }] }
    },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
JSON
}

# restartable DIR PID COMMAND...: makes DIR/restart, a program that kills the daemon PID with SIGKILL, runs $WHILE_DOWN, and
# starts COMMAND in its place, with its log in DIR/log. Exports its path as DAVIT_RESTART.
restartable() {
    local command
    printf '%s\n' "$2" >"$1/pid"
    printf -v command '%q ' "${@:3}"
    cat >"$1/restart" <<BASH
#!/usr/bin/env bash
set -euo pipefail
cd /
read -r daemon <"$1/pid"
kill -KILL "\$daemon"
while [[ -e /proc/\$daemon/exe ]]; do sleep 0.02; done
eval "\${WHILE_DOWN:-}"
setsid $command </dev/null >>"$1/log" 2>&1 &
echo "\$!" >"$1/pid"
BASH
    chmod 755 "$1/restart"
    export DAVIT_RESTART=$1/restart
}

# serve_command DAEMON [COMMAND...]: runs the command, then ends the daemon; without a command waits for the daemon.
serve_command() {
    local daemon=$1 status=0
    shift
    trap 'kill "$daemon" 2>/dev/null && wait "$daemon" || true' EXIT
    if (($#)); then "$@" || status=$?; else wait "$daemon" || status=$?; fi
    exit "$status"
}

# start_registry HOST:PORT: serves the suites' images inside the capsule, if nobody does yet.
start_registry() {
    local log=$DAVIT_CAPSULE/registry-${1#*:}.log
    port_open "${1%:*}" "${1#*:}" && return
    "$repo/scripts/images" serve --port "${1#*:}" >"$log" 2>&1 &
    await $! 20 "$log" port_open "${1%:*}" "${1#*:}"
}
