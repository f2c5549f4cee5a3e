#!/usr/bin/env bash
# Runs a command, such as "cdktf deploy", for the stack that is named after it, or for the only one that has keys.
set -euo pipefail
program="$1" command="$2"
shift 2

stack="$(.ci/which-stack.ts "${1:--}")"
if [[ "${1:-}" == "$stack" ]]; then
  shift
fi
# Without the flag and a terminal, cdktf deploy ends in a stack trace, and leaves the state locked.
[ "$command" != deploy ] || set -- --auto-approve "$@"
TF_INPUT=0 exec npx "$program" "$command" "$stack" "$@"
