# Shared by scripts/streaming and scripts/streaming-load; sourced, after suite-lib.sh, inside the capsule of a davit.
# Gives: check, figure, within, pod, container, in_container, daemon_pid, and the variables work, crictl, image.
# shellcheck shell=bash disable=SC2034 # what is defined here is used by those who source it

failures=0

# check NAME COMMAND...: one line saying whether COMMAND, a function, succeeded.
check() {
    local name=$1 status
    shift
    set +e
    (set -e; "$@") >"$work/case.log" 2>&1
    status=$?
    set -e
    if ((status == 0)); then
        printf 'ok      %s%s\n' "$name" "$(sed -n 's/^figure: / — /p' "$work/case.log" | tr -d '\n')"
        return
    fi
    failures=$((failures + 1))
    printf 'FAILED  %s\n' "$name"
    tail -n 30 "$work/case.log" | sed 's/^/        /'
}

# figure TEXT: goes into the line of a case that is ok.
figure() { printf 'figure: %s\n' "$*"; }

# within SECONDS COMMAND...: repeats COMMAND until it succeeds.
within() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        if ((SECONDS >= deadline)); then echo "not within the time: $*"; return 1; fi
        sleep 0.05
    done
}

# same ACTUAL EXPECTED
same() { [[ $1 == "$2" ]] || { printf 'found:    %q\nexpected: %q\n' "$1" "$2"; return 1; }; }

# pod NAME [host]: runs a pod, prints its id.
pod() {
    local network=''
    [[ ${2:-} != host ]] || network=', "linux": {"security_context": {"namespace_options": {"network": 2}}}'
    mkdir -p "$work/logs/$1"
    cat >"$work/$1.pod.json" <<JSON
{ "metadata": {"name": "$1", "namespace": "default", "uid": "$1"}, "log_directory": "$work/logs/$1"$network }
JSON
    "$crictl" runp "$work/$1.pod.json"
}

# container POD-NAME POD-ID NAME FIELDS COMMAND...: creates and starts a container, prints its id. FIELDS is JSON that is
# added to the configuration, such as '"stdin": true,'.
container() {
    local pod=$1 id=$2 name=$3 fields=$4 command
    shift 4
    command=$(printf '"%s", ' "$@")
    cat >"$work/$name.json" <<JSON
{ "metadata": {"name": "$name"}, "image": {"image": "$image"}, $fields
  "log_path": "$name.log", "command": [${command%, }] }
JSON
    id=$("$crictl" create "$id" "$work/$name.json" "$work/$pod.pod.json")
    "$crictl" start "$id" >/dev/null
    echo "$id"
}

# echo_in CONTAINER-ID ADDRESS PORT...: an echo server in the network of the container's pod.
echo_in() {
    local pid
    pid=$("$crictl" inspect -o go-template --template '{{.info.pid}}' "$1")
    shift
    nsenter --target "$pid" --net "$JAVA_HOME/bin/java" "${java_flags[@]}" "$echo_source" serve "$@" 2>"$work/echo.log" &
    within 20 nsenter --target "$pid" --net bash -c "exec 3<>/dev/tcp/127.0.0.1/$2" 2>/dev/null
}

daemon_pid() { pgrep -f io.davit.core.boot.Davit | head -n 1; }

# runs TEXT: whether a process with this command line runs in the capsule, other than the asker's own.
runs() { pgrep -fx "$1" >/dev/null; }
gone() { ! runs "$1"; }

# outside SCRIPT ARGUMENT...: builds what is needed and runs SCRIPT again beside a davit in a capsule; of which backend and
# handler, and whether its streams have TLS, is in the variables backend, handler and tls.
outside() {
    local script=$1 options=()
    shift
    use_cache ""
    "$repo/scripts/tools" >/dev/null
    "$repo/scripts/images" build busybox critest
    [[ $backend == oci ]] || options+=(--backend "$backend")
    [[ -z $handler ]] || options+=(--handler "$handler")
    [[ -z $tls ]] || options+=(--config "$(tls_configuration)")
    export DAVIT_STREAMING_TLS=$tls
    exec "$repo/scripts/davit-private" "${options[@]}" "$script" --inside "$@"
}

# tls_configuration: makes a certificate that is everybody's, the server's, its clients' and the authority's, in the cache;
# prints the file of a configuration that uses it.
tls_configuration() {
    local directory=$cache/streaming-tls
    have_packages openssl=openssl
    mkdir -p "$directory"
    openssl req -x509 -newkey rsa:2048 -nodes -days 7 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
        -keyout "$directory/key.pem" -out "$directory/certificate.pem" 2>/dev/null
    cat >"$directory/streaming.toml" <<TOML

[streaming]
tls-certificate = "$directory/certificate.pem"
tls-key = "$directory/key.pem"
tls-client-ca = "$directory/certificate.pem"
TOML
    printf '%s' "$directory/streaming.toml"
}

# crictl_with_tls: makes a crictl that shows a certificate where it streams, and asks for the server's; prints its path.
crictl_with_tls() {
    local files=$cache/streaming-tls
    cat >"$work/crictl-with-tls" <<BASH
#!/usr/bin/env bash
case \$1 in
    exec | attach | port-forward)
        exec $crictl "\$1" --tls-ca $files/certificate.pem --tls-cert $files/certificate.pem --tls-key $files/key.pem "\${@:2}" ;;
    *) exec $crictl "\$@" ;;
esac
BASH
    chmod 755 "$work/crictl-with-tls"
    printf '%s' "$work/crictl-with-tls"
}

# prepare: the variables every case uses.
prepare() {
    use_cache ""
    crictl=$cache/tools/crictl
    image=$suite_registry/busybox:latest
    work=$DAVIT_CAPSULE/work
    echo_source=$repo/conformance/node/src/main/java/io/davit/conformance/streaming/Echo.java
    java_flags=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1)
    use_jdk
    mkdir -p "$work"
    printf 'timeout: 20\n' >"$work/crictl.yaml"
    export CRI_CONFIG_FILE=$work/crictl.yaml
    "$crictl" pull "$image" >/dev/null
    [[ -z ${DAVIT_STREAMING_TLS:-} ]] || crictl=$(crictl_with_tls)
}
