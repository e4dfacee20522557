# shellcheck shell=bash
# Writes images as the files of a Docker registry (storage driver "filesystem", layout v2), without a registry running.
# Sourced by scripts/images, which sets cache, store and scratch. Everything written is a function of its input (fixed
# times and owners, sorted entries): the same packages and compiler give the same digests again.

# 2020-01-01: any date will do, as long as it never moves.
readonly IMAGE_TIME_UNIX_S=1577836800 IMAGE_TIME=2020-01-01T00:00:00Z

readonly OCI=application/vnd.oci.image DOCKER=application/vnd.docker

# size FILE, sha256 FILE
size() { stat -c %s "$1"; }
sha256() { local sum; sum=$(sha256sum "$1"); printf 'sha256:%s' "${sum%% *}"; }

# blob FILE: moves a file into the store; prints its digest.
blob() {
    local digest dir
    digest=$(sha256 "$1")
    dir=$store/docker/registry/v2/blobs/sha256/${digest:7:2}/${digest:7}
    mkdir -p "$dir"
    mv -f "$1" "$dir/data"
    printf '%s' "$digest"
}

# blob_path DIGEST, blob_size DIGEST
blob_path() { printf '%s' "$store/docker/registry/v2/blobs/sha256/${1:7:2}/${1:7}/data"; }
blob_size() { size "$(blob_path "$1")"; }

# pack TREE TAR: a directory tree as an archive that depends on contents and modes only; everything belongs to root.
pack() {
    (cd "$1" && find . -mindepth 1 -printf '%P\0' | LC_ALL=C sort -z) |
        tar --create --file "$2" --directory "$1" --null --no-recursion --files-from - --format=gnu \
            --mtime="@$IMAGE_TIME_UNIX_S" --owner=0 --group=0 --numeric-owner
}

# layer_of_tar TAR [gzip|zstd]: stores a layer; prints "SUFFIX DIGEST SIZE DIFFID", what publish takes.
layer_of_tar() {
    local diff_id digest size
    diff_id=$(sha256 "$1")
    case ${2:-gzip} in
        gzip) gzip --no-name --best <"$1" >"$1.z" ;;
        zstd) zstd --quiet -19 --no-progress --stdout "$1" >"$1.z" ;;
    esac
    rm -f "$1"
    digest=$(blob "$1.z")
    size=$(blob_size "$digest")
    printf '%s %s %s %s' "${2:-gzip}" "$digest" "$size" "$diff_id"
}

# layer TREE [gzip|zstd]
layer() {
    pack "$1" "$scratch/layer.tar"
    layer_of_tar "$scratch/layer.tar" "${2:-gzip}"
}

descriptor() { printf '{"mediaType":"%s","digest":"%s","size":%s%s}' "$1" "$2" "$3" "${4:-}"; }

# joined ITEM...: the items with commas between them.
joined() { local IFS=,; printf '%s' "$*"; }

# manifest FORMAT ARCHITECTURE CONFIG LAYER...: stores configuration and manifest of one platform; prints the digest.
manifest() {
    local format=$1 architecture=$2 config=$3 entry suffix digest size diff_id diff_ids=() layers=()
    shift 3
    for entry in "$@"; do
        read -r suffix digest size diff_id <<<"$entry"
        diff_ids+=("\"$diff_id\"")
        case $format in
            oci) layers+=("$(descriptor "$OCI.layer.v1.tar+$suffix" "$digest" "$size")") ;;
            docker) layers+=("$(descriptor "$DOCKER.image.rootfs.diff.tar.$suffix" "$digest" "$size")") ;;
        esac
    done
    printf '{"created":"%s","architecture":"%s","os":"linux","config":%s,"rootfs":{"type":"layers","diff_ids":[%s]}}' \
        "$IMAGE_TIME" "$architecture" "$config" "$(joined "${diff_ids[@]}")" >"$scratch/config"
    size=$(size "$scratch/config")
    digest=$(blob "$scratch/config")
    case $format in
        oci) printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' "$OCI.manifest.v1+json" \
            "$(descriptor "$OCI.config.v1+json" "$digest" "$size")" "$(joined "${layers[@]}")" ;;
        docker) printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' \
            "$DOCKER.distribution.manifest.v2+json" \
            "$(descriptor "$DOCKER.container.image.v1+json" "$digest" "$size")" "$(joined "${layers[@]}")" ;;
    esac >"$scratch/manifest"
    blob "$scratch/manifest"
}

# index FORMAT ARCHITECTURE=MANIFEST...: stores a list of platforms; prints its digest.
index() {
    local format=$1 list_type=$OCI.index.v1+json type=$OCI.manifest.v1+json pair size entries=()
    shift
    if [[ $format == docker ]]; then
        list_type=$DOCKER.distribution.manifest.list.v2+json
        type=$DOCKER.distribution.manifest.v2+json
    fi
    for pair in "$@"; do
        size=$(blob_size "${pair#*=}")
        entries+=("$(descriptor "$type" "${pair#*=}" "$size" \
            ",\"platform\":{\"architecture\":\"${pair%%=*}\",\"os\":\"linux\"}")")
    done
    printf '{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}' "$list_type" "$(joined "${entries[@]}")" \
        >"$scratch/index"
    blob "$scratch/index"
}

link() { mkdir -p "$1"; printf '%s' "$2" >"$1/.link"; mv -f "$1/.link" "$1/link"; }

is_index() { grep -q '"manifests":\[' "$(blob_path "$1")"; }

# parts DIGEST: the digests a manifest (configuration first) or an index names.
parts() { grep -o 'sha256:[0-9a-f]\{64\}' "$(blob_path "$1")"; }

# tag NAME DIGEST: lets a manifest or index be found under a full name (registry/repository:tag). One registry serves
# the repositories of all hosts, so the host is left out of the path and kept only in the list of names.
tag() {
    local name=$1 digest=$2 repository=${1#*/} manifest part manifests
    local dir=$store/docker/registry/v2/repositories/${repository%:*}
    is_index "$digest" && mapfile -t manifests < <(parts "$digest")
    manifests+=("$digest")
    for manifest in "${manifests[@]}"; do
        link "$dir/_manifests/revisions/sha256/${manifest:7}" "$manifest"
        for part in $(parts "$manifest"); do
            link "$dir/_layers/sha256/${part:7}" "$part"
        done
    done
    link "$dir/_manifests/tags/${name##*:}/index/sha256/${digest:7}" "$digest"
    link "$dir/_manifests/tags/${name##*:}/current" "$digest"
    printf '%s %s\n' "$name" "$digest" >>"$scratch/names"
}

# publish NAME COMMAND...: gives a name to the image whose digest COMMAND prints.
publish() {
    local digest
    digest=$("${@:2}")
    tag "$1" "$digest"
}

# also NAME OTHER...: gives other names to an image.
also() {
    local digest other
    digest=$(awk -v name="$1" '$1 == name { print $2 }' "$scratch/names")
    for other in "${@:2}"; do tag "$other" "$digest"; done
}
