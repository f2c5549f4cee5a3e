#!/usr/bin/env bash
# Runs a command without Terraform's variables in its environment: the keys are for Terraform alone.
set -euo pipefail
for name in $(compgen -e TF_VAR_); do
  unset "$name"
done
exec "$@"
