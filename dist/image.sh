#!/usr/bin/env bash
# Builds the container image of a release archive, without network, and tries it:
# dist/image.sh [--archive FILE] [--certificates FILE] [--tag NAME]
#
#   --archive FILE       a static build (default: the x86_64 archive in target/distribution)
#   --certificates FILE  trusted authorities, PEM (default: /etc/ssl/certs/ca-certificates.crt)
#   --tag NAME           default: conformant:VERSION
#
# Needs buildah (Debian: buildah). Writes FILE's name with -image.tar (an OCI archive) beside the
# archive: `podman load`, `docker load` or `skopeo copy oci-archive:…` read it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

fail() { printf 'error: %s\n' "$*" >&2; exit 2; }
say() { printf '%s\n' "$*"; }

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -1)
archive='' certificates=/etc/ssl/certs/ca-certificates.crt tag=conformant:$version
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
        --archive) archive=$2 ;;
        --certificates) certificates=$2 ;;
        --tag) tag=$2 ;;
        *) fail "unknown option $1; the head of dist/image.sh lists them" ;;
    esac
    shift 2
done
if [ -z "$archive" ]; then
    for libc in musl gnu; do
        archive=$root/target/distribution/conformant-$version-x86_64-unknown-linux-$libc.tar.gz
        [ ! -f "$archive" ] || break
    done
fi
[ -f "$archive" ] || fail "$archive is missing: run dist/build.sh first"
[ -s "$certificates" ] || fail "$certificates is missing: install ca-certificates, or name a PEM file with --certificates"
command -v buildah >/dev/null || fail "buildah is not installed (Debian: apt-get install buildah)"
archive=$(realpath "$archive")

work=$(mktemp -d)
container=''
# Storage of its own: the images of whoever runs this stay as they are.
images() { buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }
end() {
    [ -z "$container" ] || images rm "$container" >/dev/null
    rm -rf "$work"
}
trap end EXIT

mkdir -p "$work/context/licences" "$work/context/work"
tar -xzf "$archive" -C "$work/context" --strip-components=1
if ldd "$work/context/conformant" 2>/dev/null | grep '=>' >/dev/null; then
    fail "$archive: its binary needs shared libraries, which an image from scratch has not; build it with dist/build.sh"
fi
mv "$work/context"/LICENSE* "$work/context/conformant.cdx.json" "$work/context/licences/"
cp "$certificates" "$work/context/ca-certificates.crt"

epoch=${SOURCE_DATE_EPOCH:-$(stat -c %Y "$work/context/conformant")}
images build --isolation chroot --pull-never --timestamp "$epoch" --build-arg "VERSION=$version" \
    --file "$root/Containerfile" --tag "$tag" "$work/context" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "buildah could not build the image"; }

container=$(images from "$tag")
user=$(images inspect --format '{{.OCIv1.Config.User}}' "$tag")
images run --isolation chroot "$container" -- /conformant --version
images run --isolation chroot "$container" -- /conformant run --reference --quiet --report json=/work/report.json >"$work/ran" ||
    fail "conformant in the image ended with $?: $(cat "$work/ran")"
tail -1 "$work/ran"
image=${archive%.tar.gz}-image.tar
rm -f "$image"
images push --quiet "$tag" "oci-archive:$image:$tag"
say "$image: $(stat -c %s "$image") bytes, user $user"
