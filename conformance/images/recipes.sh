# shellcheck shell=bash
# What is in the images. Sourced by scripts/images; group_NAME builds the images of one group. The names are those which
# critest v1.36.0 has compiled in; the contents are Debian's and our own, and only as much as the suites look at.

readonly PATH_ENV='"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]'
readonly SHELL_CONFIG="{$PATH_ENV,\"Cmd\":[\"sh\"]}"
readonly E2E=registry.k8s.io/e2e-test-images STAGING=gcr.io/k8s-staging-cri-tools

architecture=$(dpkg --print-architecture)
other_architecture=arm64
[[ $architecture != arm64 ]] || FOREIGN=amd64

# new_tree NAME: an empty directory to fill.
new_tree() { mkdir -p "$scratch/tree-$1"; printf '%s' "$scratch/tree-$1"; }

# have_compiler: on Debian, as root, installs one.
have_compiler() {
    command -v cc >/dev/null || { [[ $EUID == 0 ]] && command -v apt-get >/dev/null && apt_install gcc libc6-dev; }
}

# compiled NAME DEST: one of our C programs, static, so that it runs in any image.
compiled() {
    have_compiler || left_out 'no C compiler (apt-get install gcc libc6-dev)'
    cc -std=gnu17 -Os -static -s -Wall -Wextra -Werror -o "$2" "$images/src/$1.c"
}

# library_path PACKAGE: the directories in which an unpacked package keeps its shared libraries, with colons between.
library_path() {
    local root
    root=$(deb "$@")
    find "$root" -type d -path '*/lib/*-linux-gnu*' -prune -printf '%p:'
}

# with_libraries PROGRAM TREE LIBRARY_PATH: copies the shared libraries PROGRAM needs from unpacked packages (never from
# this machine) into an image. The C library's own loader tells which they are.
with_libraries() {
    local program=$1 tree=$2 path=$3 libc loader wanted found
    libc=$(deb libc6)
    loader=$(find "$libc" -name 'ld-linux*.so.*' -type f -print -quit)
    "$loader" --library-path "$path" --list "$program" >"$scratch/libraries"
    while read -r wanted _ found _; do
        case $wanted/$found in
            linux-vdso*) continue ;;                         # the kernel's, not a file
            /*) ;;
            */"$cache"/*) wanted=/lib/$wanted ;;
            *) die "$program needs $wanted, which is in none of $path" ;;
        esac
        install -D -m 755 "$found" "$tree$wanted"
    done <"$scratch/libraries"
}

# busybox_tree TREE PROGRAM: the directories and accounts of a small system, and all applets. They are hard links: a
# container may mask /bin/ls, and through a symbolic link that would mask the shell as well.
busybox_tree() {
    local tree=$1 applet
    mkdir -p "$tree"/{bin,dev,etc,proc,root,sys,tmp,usr/bin,var/run}
    chmod 1777 "$tree/tmp"
    chmod 700 "$tree/root"
    cp "$images"/files/base/{passwd,group} "$tree/etc/"
    install -m 755 "$2" "$tree/bin/busybox"
    "$2" --list | while read -r applet; do
        [[ $applet == busybox ]] || ln "$tree/bin/busybox" "$tree/bin/$applet"
    done
}

# --- quickstart: one image from a package most Debian machines have anyway; no compiler, and built in a second --------
group_busybox() {
    local tree program layer
    tree=$(new_tree busybox)
    program=$(in_deb busybox-static bin/busybox)
    busybox_tree "$tree" "$program"
    layer=$(layer "$tree")
    publish localhost/busybox:latest plain "$layer"
}

# --- critest and crictl-e2e -------------------------------------------------------------------------------------------

# base_layer: the system all images but pause stand on. Debian's static busybox will not do: its shell runs applets
# without exec, so that masking /bin/ls has no effect. The dynamic one will, but lacks the applets pgrep and ipcs.
base_layer() {
    local tree program libc
    tree=$(new_tree base)
    program=$(in_deb busybox bin/busybox)
    libc=$(library_path libc6)
    busybox_tree "$tree" "$program"
    with_libraries "$program" "$tree" "$libc"
    compiled pgrep "$tree/bin/pgrep"
    compiled ipcs "$tree/bin/ipcs"
    layer "$tree"
}

nginx_layer() {
    local tree program package path
    tree=$(new_tree nginx)
    program=$(in_deb nginx usr/sbin/nginx)
    path=$(library_path libc6)
    for package in libssl3/libssl3t64 libcrypt1 libpcre2-8-0 zlib1g; do
        path+=$(library_path "${package%/*}" "${package#*/}")
    done
    install -D -m 755 "$program" "$tree/usr/sbin/nginx"
    with_libraries "$program" "$tree" "$path"
    rm -r "$tree/lib64" "$tree/lib/libc.so.6"                # the base layer has them
    mkdir -p "$tree/var/lib/nginx" "$tree/var/log/nginx"
    layer "$tree"
}

# file_layer DEST SOURCE [MODE]: a layer with one file.
file_layer() {
    local tree=$scratch/tree-file
    rm -rf "$tree"
    install -D -m "${3:-644}" "$2" "$tree/$1"
    layer "$tree"
}

# program_layer NAME MODE: a layer with one of our programs at /NAME.
program_layer() {
    compiled "$1" "$scratch/$1"
    file_layer "$1" "$scratch/$1" "$2"
}

# marker_layer NAME: a layer that makes an image different from all others.
marker_layer() {
    printf '%s\n' "$1" >"$scratch/marker"
    file_layer "image-$1" "$scratch/marker"
}

# single CONFIG LAYER..., plain LAYER...: a manifest without an index around it.
single() { manifest oci "$architecture" "$@"; }
plain() { single "$SHELL_CONFIG" "$@"; }

# many FORMAT CONFIG LAYER...: an index whose first entry is for another architecture; whoever picks that one by mistake
# gets an image with nothing to run in it.
many() {
    local format=$1 marker foreign native
    shift
    marker=$(marker_layer foreign)
    foreign=$(manifest "$format" "$other_architecture" '{"Cmd":["/not-for-this-machine"]}' "$marker")
    native=$(manifest "$format" "$architecture" "$@")
    index "$format" "$other_architecture=$foreign" "$architecture=$native"
}

# Manifests and indexes of both formats, on purpose: the digest a client reports must be the one behind the name, the
# image's id the digest of the configuration, whatever lies between.
group_critest() {
    local base marker name
    base=$(base_layer)
    publish $E2E/busybox:1.29-2 many docker "$SHELL_CONFIG" "$base"
    web_images
    user_images
    pause_images
    for name in latest 1 2 3; do
        marker=$(marker_layer "$name")
        publish "$STAGING/test-image-$name:latest" plain "$base" "$marker"
    done
    for name in tag:test tag:all digest:latest tags:1; do
        marker=$(marker_layer "${name/:/-}")
        publish "$STAGING/test-image-$name" many oci "$SHELL_CONFIG" "$base" "$marker"
    done
    also $STAGING/test-image-tags:1 $STAGING/test-image-tags:2 $STAGING/test-image-tags:3
}

web_images() {
    local nginx pages start
    local nginx_config="{$PATH_ENV,\"Cmd\":[\"nginx\",\"-g\",\"daemon off;\"],\"StopSignal\":\"SIGQUIT\"}"
    nginx=$(nginx_layer)
    pages=$(file_layer etc/nginx/nginx.conf "$images/files/nginx.conf")
    publish $E2E/nginx:1.14-2 many docker "$nginx_config" "$base" "$nginx" "$pages"
    pages=$(file_layer etc/nginx/nginx.conf "$images/files/nginx-hostnet.conf")
    publish "$STAGING/hostnet-nginx-$architecture:latest" many docker "$nginx_config" "$base" "$nginx" "$pages"
    start=$(file_layer bin/httpd-foreground "$images/files/httpd-foreground" 755)
    pages=$(file_layer www/index.html "$images/files/index.html")
    publish $E2E/httpd:2.4.39-4 many docker "{$PATH_ENV,\"Cmd\":[\"httpd-foreground\"]}" "$base" "$start" "$pages"
}

user_images() {
    local user layer tree
    for user in uid=1002 username=www-data uid-group=1003:1004 username-group=www-data:1004; do
        publish "$STAGING/test-image-user-${user%%=*}:latest" \
            single "{$PATH_ENV,\"Cmd\":[\"sh\"],\"User\":\"${user#*=}\"}" "$base"
    done
    layer=$(program_layer nonewprivs 4755)
    publish $E2E/nonewprivs:1.3 many docker "{$PATH_ENV,\"Entrypoint\":[\"/nonewprivs\"]}" "$base" "$layer"

    tree=$(new_tree predefined-group)
    mkdir -p "$tree/etc"
    cat "$images"/files/{base,predefined-group}/passwd >"$tree/etc/passwd"
    cat "$images"/files/{base,predefined-group}/group >"$tree/etc/group"
    layer=$(layer "$tree")
    publish $STAGING/test-image-predefined-group:latest \
        single "{$PATH_ENV,\"Cmd\":[\"sh\"],\"User\":\"1000\"}" "$base" "$layer"
}

# The suite removes registry.k8s.io/pause by id and counts its tags; the image a server itself uses for sandboxes must
# therefore be another one. A label is difference enough.
pause_images() {
    local layer config='"User":"65535:65535","Entrypoint":["/pause"]'
    layer=$(program_layer pause 755)
    publish registry.k8s.io/pause:3.9 many docker "{$config}" "$layer"
    also registry.k8s.io/pause:3.9 k8s.gcr.io/pause:3.9
    publish localhost/sandbox:1 single "{$config,\"Labels\":{\"io.davit.use\":\"sandbox\"}}" "$layer"
}

# --- benchmarks -------------------------------------------------------------------------------------------------------

# bulk_layer SEED FILES FILE_BYTES: a layer of files in directories of a hundred.
bulk_layer() {
    local tree number
    tree=$(new_tree "bulk-$1")
    for ((number = 0; number < $2; number++)); do
        mkdir -p "$tree/bulk-$1/$((number / 100))"
        "$scratch/noise" "$(($1 * 1000000 + number))" "$3" >"$tree/bulk-$1/$((number / 100))/$number"
    done
    layer "$tree"
    rm -r "$tree"
}

# 300 MB to unpack: what a pull of a large application looks like. Some large files, many small ones, several layers.
group_bulk() {
    local base layers=() layer
    base=$(base_layer)
    compiled noise "$scratch/noise"
    layer=$(bulk_layer 1 20 5000000)
    layers+=("$layer")
    layer=$(bulk_layer 2 100 1000000)
    layers+=("$layer")
    layer=$(bulk_layer 3 1000 60000)
    layers+=("$layer")
    layer=$(bulk_layer 4 4000 10000)
    layers+=("$layer")
    publish localhost/bulk:latest plain "$base" "${layers[@]}"
}
