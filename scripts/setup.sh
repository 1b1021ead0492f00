#!/usr/bin/env bash
# Sets up what building and testing Nashboard needs; run again, it does nothing.
#
#   scripts/setup.sh build   a build: the wasm32 target, cargo-leptos, wasm-bindgen, wasm-opt
#   scripts/setup.sh test    the same, and for the tests: rustfmt, clippy, end2end's packages, a browser
#   scripts/setup.sh env     prints the lines that put them to use: eval "$(scripts/setup.sh env)"
#
# A tool of the right version that is on PATH is used as it is. Everything else goes to
# ${XDG_CACHE_HOME:-$HOME/.cache}/nashboard/NAME-VERSION/bin, so that every clone on a machine shares it and deleting
# that folder undoes it. The ordinary way (a download, under a time limit) is tried first; where it is barred, the tool
# comes from the package registries instead.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/nashboard

cargo_leptos_version=0.3.11
binaryen_version=132.0.0
# cargo-leptos asks wasm-opt for features that older releases do not know; this is the release it would download itself.
oldest_wasm_opt=123
# The command line tool refuses a module that another version of the crate has made.
wasm_bindgen_version=$(awk -F'"' '/^name = "wasm-bindgen"$/ { getline; print $2; exit }' "$root/Cargo.lock")

wasm_target=wasm32-unknown-unknown
debian_wasm_std=/usr/lib/rustlib/$wasm_target/lib

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# limited SECONDS COMMAND…: a barred download often hangs rather than fails.
limited() {
    local seconds=$1
    shift
    # Without --foreground, Ctrl-C would not reach the command. macOS has no timeout, there the command just runs.
    if timeout --foreground 1 true 2>/dev/null; then timeout --foreground "$seconds" "$@"; else "$@"; fi
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif has sudo && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

apt_install() {
    has apt-get || return 1
    local apt=(timeout 900 env DEBIAN_FRONTEND=noninteractive apt-get)
    as_root "${apt[@]}" update && as_root "${apt[@]}" install -y --no-install-recommends "$@"
}

# Steps -----------------------------------------------------------------------------------------------------------

# step TITLE READY INSTALL: makes READY true by INSTALL, one set-up at a time on this machine.
step() {
    local title=$1 ready=$2 install=$3 began
    if "$ready"; then return; fi
    lock
    if "$ready"; then return; fi
    say "$title: not there yet, installing"
    began=$SECONDS
    "$install"
    "$ready" || fail "$title: installed, but it still does not work; delete $cache and try again"
    say "$title: done in $((SECONDS - began)) s"
}

locked=
lock() {
    [ -z "$locked" ] || return 0
    mkdir -p "$cache"
    if has flock; then
        exec 9>"$cache/.lock"
        if ! flock -n 9; then
            say "another set-up is at work, waiting for it"
            flock 9
        fi
    fi
    locked=yes
    # What an interrupted set-up has left behind is only ever in these folders.
    rm -rf "$cache"/.new-*
    trap 'rm -rf "$cache"/.new-*' EXIT
}

# install_tool NAME VERSION PROGRAM ADVICE WAY…: tries each WAY in an empty folder until PROGRAM runs from its bin/, then
# moves the folder into place, so that a folder with the final name is always whole.
install_tool() {
    local name=$1 version=$2 program=$3 advice=$4 way new=$cache/.new-$1
    shift 4
    for way in "$@"; do
        rm -rf "$new"
        mkdir -p "$new"
        if "$way" "$new" && reports "$new/bin/$program" "${version%.0.0}"; then
            rm -rf "$new/build" "$cache/$name-$version"
            mv "$new" "$cache/$name-$version"
            return
        fi
    done
    fail "$name $version could not be installed: $advice"
}

# reports PROGRAM VERSION: whether PROGRAM runs and calls itself VERSION.
reports() { [[ " $("$1" --version 2>/dev/null) " == *" $2 "* ]]; }

# Rust ------------------------------------------------------------------------------------------------------------

wasm_std_in() { compgen -G "$1/libstd-*.rlib" >/dev/null; }
toolchain_has_wasm() { wasm_std_in "$(rustc --print sysroot)/lib/rustlib/$wasm_target/lib"; }

# Debian's own Rust serves where rustup may not download; only then is it chosen.
choose_toolchain() {
    if has rustup && ! toolchain_has_wasm && wasm_std_in "$debian_wasm_std"; then
        export RUSTUP_TOOLCHAIN=debian
    fi
}

install_wasm_target() {
    if has rustup && limited 120 rustup target add "$wasm_target"; then return; fi
    say "rustup did not deliver the target, trying Debian's Rust"
    if ! install_debian_rust; then
        fail "Rust has no standard library for $wasm_target: run 'rustup target add $wasm_target' where that can download"
    fi
    choose_toolchain
}

# Debian ships the sources of the standard library but not its wasm32 build, so it is built here, once.
install_debian_rust() {
    apt_install rustc-web cargo-web rust-web-src rust-web-llvm rust-web-clippy rustfmt-web lld-22 || return 1
    if has rustup; then rustup toolchain link debian /usr || return 1; fi
    local new=$cache/.new-std
    mkdir -p "$new/src"
    printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n' >"$new/Cargo.toml"
    : >"$new/src/lib.rs"
    # -Zbuild-std is an unstable flag, which RUSTC_BOOTSTRAP lets a stable compiler take.
    (cd "$new" && RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_DIR=target \
        /usr/bin/cargo build --release -Zbuild-std=std,panic_abort --target "$wasm_target") || return 1
    rm -f "$new/target/$wasm_target/release/deps"/libempty-*
    as_root mkdir -p "$debian_wasm_std" &&
        as_root cp "$new/target/$wasm_target/release/deps"/*.rlib "$debian_wasm_std/"
}

has_rust_checks() { cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1; }
install_rust_checks() {
    if has rustup && limited 120 rustup component add rustfmt clippy; then return; fi
    fail "rustfmt or clippy is missing: run 'rustup component add rustfmt clippy', or install your system's packages of them"
}

# Tools of the build ----------------------------------------------------------------------------------------------

# Only what the maintainers publish is taken; anything else would be compiled by somebody unknown.
binstall() {
    has cargo-binstall || return 1
    limited 180 cargo binstall --no-confirm --force --no-track --disable-strategies quick-install,compile --root "$2" "$1"
}

has_cargo_leptos() {
    [ -x "$cache/cargo-leptos-$cargo_leptos_version/bin/cargo-leptos" ] || reports cargo-leptos "$cargo_leptos_version"
}
binstall_cargo_leptos() { binstall "cargo-leptos@$cargo_leptos_version" "$1"; }
# Its own release profile takes three times as long to compile and builds this project no faster. Its lock file names a
# crate that asks for a newer Rust than it needs, hence --ignore-rust-version.
compile_cargo_leptos() {
    say "compiling cargo-leptos, about 6 minutes on 2 cores"
    CARGO_TARGET_DIR=$1/build CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 \
        cargo install cargo-leptos --version "$cargo_leptos_version" --locked --ignore-rust-version \
        --no-default-features --features no_downloads --debug --root "$1"
}
install_cargo_leptos() {
    install_tool cargo-leptos "$cargo_leptos_version" cargo-leptos \
        "the messages above say why; it needs a C compiler and the crate registry" \
        binstall_cargo_leptos compile_cargo_leptos
}

has_wasm_bindgen() {
    [ -x "$cache/wasm-bindgen-$wasm_bindgen_version/bin/wasm-bindgen" ] || reports wasm-bindgen "$wasm_bindgen_version"
}
binstall_wasm_bindgen() { binstall "wasm-bindgen-cli@$wasm_bindgen_version" "$1"; }
# Without --locked: its lock file names a release that has been withdrawn.
compile_wasm_bindgen() {
    say "compiling wasm-bindgen, about 2 minutes on 2 cores"
    CARGO_TARGET_DIR=$1/build CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 \
        cargo install wasm-bindgen-cli --version "$wasm_bindgen_version" --debug --root "$1"
}
install_wasm_bindgen() {
    install_tool wasm-bindgen "$wasm_bindgen_version" wasm-bindgen \
        "the messages above say why; it needs a C compiler and the crate registry" \
        binstall_wasm_bindgen compile_wasm_bindgen
}

has_wasm_opt() {
    [ -x "$cache/binaryen-$binaryen_version/bin/wasm-opt" ] || {
        has wasm-opt && [ "$(wasm-opt --version 2>/dev/null | tr -dc '0-9 ' | awk '{ print $1 }')" -ge "$oldest_wasm_opt" ] 2>/dev/null
    }
}
npm_binaryen() {
    has npm && npm install --prefix "$1" --no-audit --no-fund "binaryen@$binaryen_version" && ln -s node_modules/.bin "$1/bin"
}
install_wasm_opt() {
    install_tool binaryen "$binaryen_version" wasm-opt \
        "install Node.js 20 or newer with npm, or Binaryen $oldest_wasm_opt or newer, and try again" npm_binaryen
}

# Tools of the tests ----------------------------------------------------------------------------------------------

has_end2end_packages() {
    # npm writes this file last, so that it also says that the installation is whole.
    [ "$root/end2end/node_modules/.package-lock.json" -nt "$root/end2end/package-lock.json" ]
}
install_end2end_packages() {
    has npm || fail "npm was not found: install Node.js 20 or newer"
    (cd "$root/end2end" && npm ci --no-audit --no-fund) || fail "the packages of end2end/ could not be installed, see above"
}

system_browser() {
    local name
    for name in chromium chromium-browser google-chrome-stable google-chrome; do
        if command -v "$name"; then return; fi
    done
    return 1
}
playwright_browser() {
    local path
    path=$(cd "$root/end2end" && node -p "require('@playwright/test').chromium.executablePath()" 2>/dev/null) &&
        "$path" --version >/dev/null 2>&1
}
has_browser() {
    if [ -n "${NASHBOARD_CHROMIUM:-}" ]; then
        [ -x "$NASHBOARD_CHROMIUM" ] ||
            fail "NASHBOARD_CHROMIUM names $NASHBOARD_CHROMIUM, which is no program: correct it or unset it"
    else
        system_browser >/dev/null || playwright_browser
    fi
}
install_browser() {
    if (cd "$root/end2end" && limited 300 node_modules/.bin/playwright install chromium) && playwright_browser; then return; fi
    say "Playwright's own browser is not to be had, trying the Debian package"
    apt_install chromium || fail "no browser: install Chromium or Chrome, or name one in NASHBOARD_CHROMIUM"
}

# Commands --------------------------------------------------------------------------------------------------------

setup_build() {
    has cargo || fail "cargo was not found: install Rust, see https://rustup.rs"
    [ -n "$wasm_bindgen_version" ] || fail "Cargo.lock names no wasm-bindgen: restore it with 'git checkout Cargo.lock'"
    choose_toolchain
    step "Rust's standard library for $wasm_target" toolchain_has_wasm install_wasm_target
    step "cargo-leptos $cargo_leptos_version" has_cargo_leptos install_cargo_leptos
    step "wasm-bindgen $wasm_bindgen_version" has_wasm_bindgen install_wasm_bindgen
    step "wasm-opt" has_wasm_opt install_wasm_opt
}

setup_test() {
    setup_build
    step "rustfmt and clippy" has_rust_checks install_rust_checks
    step "npm packages of end2end" has_end2end_packages install_end2end_packages
    step "a browser" has_browser install_browser
}

print_env() {
    local tools=$cache/cargo-leptos-$cargo_leptos_version/bin
    tools+=:$cache/wasm-bindgen-$wasm_bindgen_version/bin
    tools+=:$cache/binaryen-$binaryen_version/bin
    # shellcheck disable=SC2016 # PATH is expanded by the shell that reads this.
    printf 'export PATH=%q:"$PATH"\n' "$tools"
    choose_toolchain
    [ -z "${RUSTUP_TOOLCHAIN:-}" ] || printf 'export RUSTUP_TOOLCHAIN=%q\n' "$RUSTUP_TOOLCHAIN"
    local browser=${NASHBOARD_CHROMIUM:-$(system_browser || true)}
    [ -z "$browser" ] || printf 'export NASHBOARD_CHROMIUM=%q\n' "$browser"
}

case ${1:-} in
build)
    setup_build
    say "what a build needs is in place"
    ;;
test)
    setup_test
    say "what a build and its tests need is in place"
    ;;
env) print_env ;;
*)
    printf 'Usage: scripts/setup.sh build|test|env\n' >&2
    exit 2
    ;;
esac
