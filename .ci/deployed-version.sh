#!/usr/bin/env bash
# Prints the version of the last deploy, for a plan without the key, which can't compute it; 1 before the first deploy.
set -euo pipefail
cd cdktf.out/stacks/ai-secret

"${TERRAFORM_BINARY_NAME:-terraform}" init >&2
"${TERRAFORM_BINARY_NAME:-terraform}" output -json | node -p 'JSON.parse(fs.readFileSync(0, "utf8")).api_key_version?.value ?? 1'
