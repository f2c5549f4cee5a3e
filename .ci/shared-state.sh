#!/usr/bin/env bash
# Synthesizes main.ts, and refuses a stack whose state would be lost with the CI job.
set -euo pipefail

sh -c "$(node -p 'require("./cdktf.json").app')"

node -e 'process.exit(require("./cdktf.out/stacks/ai-secret/cdk.tf.json").terraform.backend.s3 ? 0 : 1)' || {
  echo 'main.ts must give the stack "ai-secret" a state in S3: a local one is lost with this job. docs/setup.md says how.' >&2
  exit 1
}
