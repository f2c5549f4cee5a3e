#!/usr/bin/env bash
# Gives the next steps the rights of the role AWS_ROLE_ARN for an hour: it trades GitHub's token for credentials, once.
# https://docs.github.com/en/actions/reference/security/oidc
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
# The token itself is valid for five minutes, and Terraform would trade it for its backend, for the plan, and once more for the apply.
# AWS_TOKEN_AUDIENCE is for another audience than AWS's usual one.
set -euo pipefail

fail() {
  echo "$1" >&2
  exit 1
}
# A variable that does not exist arrives as an empty text.
[ -n "${AWS_ROLE_ARN:-}" ] || fail "AWS_ROLE_ARN is empty: set the variable with the ARN of this job's role in GitHub. docs/ci.md says which."
[ -n "${AWS_REGION:-}" ] || fail "AWS_REGION is empty: set the variable with the region of the stack in GitHub."
[ -n "${ACTIONS_ID_TOKEN_REQUEST_TOKEN:-}" ] || fail "GitHub gives this job no token: it needs the permission id-token: write, and a pull request of a fork or of Dependabot has none."

# By standard input: arguments can be read by every process of the machine.
token="$(printf 'header = "Authorization: Bearer %s"\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
  curl --silent --show-error --fail --retry 3 --config - "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${AWS_TOKEN_AUDIENCE:-sts.amazonaws.com}" |
  node -e 'process.stdout.write(JSON.parse(fs.readFileSync(0, "utf8")).value)')"
# The runner then shows it in no log: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log
echo "::add-mask::$token"

domain=amazonaws.com
[[ "$AWS_REGION" != cn-* ]] || domain=amazonaws.com.cn
printf %s "$token" |
  curl --silent --show-error --retry 3 "${AWS_ENDPOINT_URL_STS:-https://sts.$AWS_REGION.$domain}" \
    --data "Action=AssumeRoleWithWebIdentity&Version=2011-06-15" --data-urlencode "RoleArn=$AWS_ROLE_ARN" \
    --data-urlencode "RoleSessionName=$AWS_ROLE_SESSION_NAME" --data-urlencode WebIdentityToken@- |
  node -e '
    const answer = fs.readFileSync(0, "utf8");
    const valueOf = (name) => answer.match(`<${name}>([^<]+)</${name}>`)?.[1];
    const [id, secret, session] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(valueOf);
    if (session) {
      for (const [name, value] of Object.entries({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: session })) {
        console.log(`::add-mask::${value}`);
        fs.appendFileSync(process.env.GITHUB_ENV, `${name}=${value}\n`);
      }
    } else {
      console.error(`AWS gives this job no rights of ${process.env.AWS_ROLE_ARN}: ${valueOf("Message") ?? "it has not answered"}`);
      process.exitCode = 1;
    }'
