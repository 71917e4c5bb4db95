#!/bin/sh
# Compares wx with the other engines at hand; see run.mjs.
exec node "$(dirname "$0")/run.mjs" "$@"
