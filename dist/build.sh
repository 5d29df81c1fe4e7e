#!/usr/bin/env bash
# Builds the release archives: dist/build.sh [--out DIR] [--target TRIPLE]... [--binary FILE]
#
#   --out DIR        where the archives go (default: target/distribution)
#   --target TRIPLE  build for this target alone; without it, for every target that this
#                    toolchain can build (x86_64 and aarch64 Linux; musl before glibc)
#   --binary FILE    package this binary in place of building one (for one --target)
#
# Each archive holds the binary, a manual page for every command, shell completions, the
# licences, and an SBOM. SHA256SUMS covers all of them. Equal sources, tools and time
# (SOURCE_DATE_EPOCH, default: the time of the last commit) give equal archives.
# Needs Rust, a C compiler, GNU tar and Python 3.11; fetches nothing that Cargo.lock does not name.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

fail() { printf 'error: %s\n' "$*" >&2; exit 2; }
say() { printf '%s\n' "$*"; }

out=$root/target/distribution binary='' targets=()
while [ $# -gt 0 ]; do
    case $1 in
        --out | --target | --binary) [ $# -ge 2 ] || fail "$1 needs a value" ;;
        *) fail "unknown option $1; the head of dist/build.sh lists them" ;;
    esac
    case $1 in
        --out) out=$2 ;;
        --target) targets+=("$2") ;;
        --binary) binary=$(realpath -e "$2") || fail "$2: no such file" ;;
    esac
    shift 2
done
tar --version 2>/dev/null | grep 'GNU tar' >/dev/null || fail "GNU tar is needed for archives that come out equal"
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$root"

host=$(rustc -vV | sed -n 's/^host: //p')
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || true)}
[ -n "$epoch" ] || fail "no commit to take the time from; set SOURCE_DATE_EPOCH (Unix seconds)"

# What this toolchain lacks for a target, or nothing.
missing() {
    local target=$1 sysroot
    sysroot=$(rustc --print sysroot)
    [ -d "$sysroot/lib/rustlib/$target/lib" ] || { echo "the standard library (rustup target add $target)"; return; }
    [ -n "$(compiler "$target")" ] || echo "a C compiler (Debian: $(compiler_package "$target"))"
}

# The C compiler and linker for a target: ring and mimalloc contain C.
compiler() {
    local target=$1 name
    local arch=${target%%-*} libc=${target##*-}
    for name in "$arch-linux-$libc-gcc" $([ "$libc" = musl ] && [ "${host%%-*}" = "$arch" ] && echo musl-gcc) \
        $([ "$target" = "$host" ] && echo cc); do
        command -v "$name" && return
    done
    return 0
}

compiler_package() {
    case $1 in
        aarch64-*-gnu) echo gcc-aarch64-linux-gnu ;;
        *-musl) echo musl-tools ;;
        *) echo gcc ;;
    esac
}

# The targets to build where none was named: for each processor the first that can be.
choose() {
    local arch libc target lacks
    for arch in x86_64 aarch64; do
        for libc in musl gnu; do
            target=$arch-unknown-linux-$libc
            lacks=$(missing "$target")
            if [ -z "$lacks" ]; then
                targets+=("$target")
                break
            fi
            say "skipped $target: this toolchain lacks $lacks"
        done
    done
    [ ${#targets[@]} -gt 0 ] || fail "no target can be built with this toolchain"
}

# Builds the static binary of a target, and sets `binary`.
build() {
    local target=$1 lacks key
    lacks=$(missing "$target")
    [ -z "$lacks" ] || fail "$target: this toolchain lacks $lacks"
    key=${target//-/_}
    local paths="-ffile-prefix-map=${CARGO_HOME:-$HOME/.cargo}=/cargo -ffile-prefix-map=$root=/source"
    env "CC_$key=$(compiler "$target")" "CFLAGS_$key=$paths" \
        "CARGO_TARGET_${key^^}_LINKER=$(compiler "$target")" \
        RUSTFLAGS="-C target-feature=+crt-static --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo --remap-path-prefix=$root=/source" \
        cargo build --locked --profile dist --bin conformant --target "$target"
    binary=${CARGO_TARGET_DIR:-target}/$target/dist/conformant
}

# Packs a binary. Manual pages and completions come from `speaker`, a binary that runs here.
pack() {
    local target=$1 name=conformant-$version-$1
    mkdir -p "$work/$name/man/man1" "$work/$name/completions"
    install -m 755 "$binary" "$work/$name/conformant"
    "$speaker" man --out "$work/$name/man/man1" >/dev/null
    "$speaker" completions bash >"$work/$name/completions/conformant.bash"
    "$speaker" completions zsh >"$work/$name/completions/_conformant"
    "$speaker" completions fish >"$work/$name/completions/conformant.fish"
    cp README.md CHANGELOG.md SECURITY.md LICENSE-MIT LICENSE-APACHE targets.example.toml "$work/$name/"
    CC=$(compiler "$target") python3 dist/inventory.py --target "$target" --binary "$work/$name/conformant" \
        --epoch "$epoch" --sbom "$work/$name/conformant.cdx.json" \
        --licences "$work/$name/LICENSES-THIRD-PARTY.txt"
    cp "$work/$name/conformant.cdx.json" "$out/$name.cdx.json"
    LC_ALL=C tar --create --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner \
        --mode=go-w,a+rX --mtime="@$epoch" --format=ustar "$name" | gzip --no-name >"$out/$name.tar.gz"
    rm -r "${work:?}/$name"
    files+=("$name.tar.gz" "$name.cdx.json")
    say "$out/$name.tar.gz: $(stat -c %s "$out/$name.tar.gz") bytes"
}

if [ -n "$binary" ]; then
    [ ${#targets[@]} -le 1 ] || fail "--binary is for one target"
    targets=("${targets[0]:-$host}")
elif [ ${#targets[@]} -eq 0 ]; then
    choose
fi

given=$binary speaker='' files=() work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for target in "${targets[@]}"; do
    [ -n "$given" ] || build "$target"
    if "$binary" --version >/dev/null 2>&1; then
        speaker=$binary
    fi
    [ -n "$speaker" ] || fail "$target: its binary does not run here; name a target that does first"
    case $target:$given in
        *-gnu:) say "$target: linked statically with glibc; where /etc/nsswitch.conf names more than files and dns, prefer a musl build" ;;
    esac
    pack "$target"
done
cd "$out"
sha256sum "${files[@]}" >SHA256SUMS
say "$out/SHA256SUMS: ${#files[@]} files"
