#!/usr/bin/env bash
# Puts GitHub's token for this job where Terraform finds it, to get the rights of the role AWS_ROLE_ARN:
# https://docs.github.com/en/actions/reference/security/oidc
# It is valid for five minutes, so this comes right before Terraform. AWS_TOKEN_AUDIENCE is for another audience than AWS's usual one.
set -euo pipefail
umask 077

fail() {
  echo "$1" >&2
  exit 1
}
# A variable that does not exist arrives as an empty text.
[ -n "${AWS_ROLE_ARN:-}" ] || fail "AWS_ROLE_ARN is empty: set the variable with the ARN of this job's role in GitHub. docs/ci.md says which."
[ -n "${ACTIONS_ID_TOKEN_REQUEST_TOKEN:-}" ] || fail "GitHub gives this job no token: it needs the permission id-token: write, and a pull request of a fork or of Dependabot has none."

# By standard input: arguments can be read by every process of the machine.
token="$(printf 'header = "Authorization: Bearer %s"\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
  curl --silent --show-error --fail --retry 3 --config - "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${AWS_TOKEN_AUDIENCE:-sts.amazonaws.com}" |
  node -e 'process.stdout.write(JSON.parse(fs.readFileSync(0, "utf8")).value)')"
# The runner then shows it in no log: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log
echo "::add-mask::$token"

file="$RUNNER_TEMP/aws-web-identity-token"
printf %s "$token" > "$file"
echo "AWS_WEB_IDENTITY_TOKEN_FILE=$file" >> "$GITHUB_ENV"
