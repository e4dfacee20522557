# shellcheck shell=bash
# What the scripts around the outside suites share: messages, the cache, and Debian packages unpacked into it.
# Sourced; the caller sets -euo pipefail and inherit_errexit, and CACHE before it asks for packages.

readonly LEFT_OUT=3    # exit code: nothing failed, but the machine lacks something that was needed

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 1; }
left_out() { say "left out: $*"; exit "$LEFT_OUT"; }
misuse() { say "$* (try --help)"; exit 2; }

# usage FILE: the comment at the head of a script is its help.
usage() { sed -n '2,/^[^#]/{ s/^# \{0,1\}//p; }' "$1"; }

# cache_dir [DIR]: the directory given, or the user's cache.
cache_dir() {
    printf '%s' "${1:-${DAVIT_CACHE:-${XDG_CACHE_HOME:-${HOME:?is not set, use --cache DIR}/.cache}/davit}}"
}

# deb NAME...: the directory with the contents of a Debian package: the first of these names that exists (several names
# stand for one package that was renamed). It is neither installed nor configured, so no service of it is started.
deb() {
    local name fresh log=''
    for name in "$@"; do
        if [[ -d $CACHE/debs/$name/root ]]; then printf '%s' "$CACHE/debs/$name/root"; return; fi
    done
    command -v apt-get >/dev/null || left_out "$1 comes as a Debian package, and there is no apt-get"
    mkdir -p "$CACHE/debs"
    for name in "$@"; do
        fresh=$(mktemp -d "$CACHE/debs/.$name.XXXXXX")
        # apt's sandbox user cannot enter a private cache; the archive's signature and hash are checked all the same.
        if (cd "$fresh" && apt-get -qq -o APT::Sandbox::User=root download "$name") >"$fresh/log" 2>&1; then
            dpkg-deb -x "$fresh"/*.deb "$fresh/root"
            dpkg-deb -W "$fresh"/*.deb >"$fresh/version"
            rm -f "$fresh"/*.deb "$fresh/log"
            chmod 755 "$fresh"
            mv -T "$fresh" "$CACHE/debs/$name"
            printf '%s' "$CACHE/debs/$name/root"
            return
        fi
        log+=$(<"$fresh/log")
        rm -rf "$fresh"
    done
    die "cannot download the Debian package $1 (apt-get update may help): $log"
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

# await SECONDS WHAT COMMAND...: repeats COMMAND until it succeeds; gives up after SECONDS and says WHAT did not come.
await() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        ((SECONDS < deadline)) || die "$what did not come up"
        sleep 0.05
    done
}
