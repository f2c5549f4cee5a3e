#!/usr/bin/env bash
# Runs a command, such as "cdktf deploy", for the stack that is named after it, or for the only one that has keys.
set -euo pipefail
program="$1" command="$2"
shift 2

if [[ "${1:--}" == -* ]]; then
  stack="$(.ci/only-stack.ts)"
else
  stack="$1"
  shift
fi
.ci/own-values.ts "$stack"
TF_INPUT=0 exec npx "$program" "$command" "$stack" "$@"
