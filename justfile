# What CI runs, by name. `just` alone lists the recipes; https://just.systems

postgres_port := env("POSTGRES_PORT", "25432")
postgres_bin := env("POSTGRES_BIN", "/usr/lib/postgresql/15/bin")

default:
    @just --list

# Everything CI runs, in its order
ci:
    .ci/run

fmt:
    cargo fmt --check

clippy:
    cargo clippy --all-targets -- -D warnings
    cargo clippy --no-default-features -- -D warnings

# Licenses, sources and banned crates (cargo install cargo-deny)
deny:
    cargo deny check bans licenses sources

# Set TEST_POSTGRES_URL (see `just postgres`) to run the PostgreSQL tests too
test:
    cargo test

# A whole program in your browser
demo *args:
    cargo run --release -- demo {{ args }}

# Six months of a program in seconds, against a local Slack
rehearse *args:
    cargo run --release -- rehearse {{ args }}

bench:
    cargo bench

# Write manifest.yml anew from the code
manifest:
    REGENERATE=1 cargo test manifest

# A throwaway PostgreSQL in the foreground (not as root); Ctrl-C ends it
postgres:
    #!/usr/bin/env bash
    set -euo pipefail
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    "{{ postgres_bin }}/initdb" -D "$folder/data" -A trust -U postgres --no-sync >/dev/null
    echo "export TEST_POSTGRES_URL=postgres://postgres@127.0.0.1:{{ postgres_port }}/postgres"
    "{{ postgres_bin }}/postgres" -D "$folder/data" -p {{ postgres_port }} -k "$folder" -c listen_addresses=127.0.0.1 -c fsync=off
