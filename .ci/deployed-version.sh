#!/usr/bin/env bash
# Prints the version of the last deploy, for a plan without the key, which can't compute it; 1 before the first deploy.
set -euo pipefail
stack=cdktf.out/stacks/ai-secret

"${TERRAFORM_BINARY_NAME:-terraform}" "-chdir=$stack" init >&2
"${TERRAFORM_BINARY_NAME:-terraform}" "-chdir=$stack" output -json |
  node --require tsx/cjs -p 'JSON.parse(require("./lab/terraform/printed-json").printedJson(fs.readFileSync(0, "utf8"))).api_key_version?.value ?? 1'
