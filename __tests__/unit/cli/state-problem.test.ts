import { stateProblem } from "../../../cli/state-problem";

const problem = (printed: string) => stateProblem(printed, "terraform", "cdktf.out/stacks/ai-secret");

/** Printed by Terraform 1.11.4. */
const NO_CREDENTIALS = `╷
│ Error: No valid credential sources found
│
│ Please see https://developer.hashicorp.com/terraform/language/backend/s3
│ for more information about providing credentials.
│
│ Error: failed to refresh cached credentials, no EC2 IMDS role found,
│ operation error ec2imds: GetMetadata, access disabled to EC2 IMDS via
│ client option, or "AWS_EC2_METADATA_DISABLED" environment variable
╵
`;

test("without credentials, it says so, and nothing of terraform init", () => {
  const none = "There are no AWS credentials: log in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and the like.";
  expect(problem(NO_CREDENTIALS)).toBe(`No valid credential sources found. ${none}`);
  expect(problem("Error: failed to get shared config profile, nope\n")).toBe(`failed to get shared config profile, nope. ${none}`);
});

const STS = "Error: validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity,";

test.each([
  [`${STS} https response error StatusCode: 403, RequestID: x, api error ExpiredToken: The security token is expired`, "have expired"],
  [`${STS} https response error StatusCode: 403, api error InvalidClientTokenId: The security token is invalid`, "does not accept"],
  [
    "Error: error loading state: operation error S3: GetObject,\n│ https response error\n│ StatusCode: 403, api error Forbidden: no",
    "may not read it",
  ],
  ["Error: Failed to get existing workspaces: Unable to list: AccessDenied: no", "may not read it"],
  ['Error: Failed to get existing workspaces: S3 bucket "nope" does not exist.', "docs/setup.md makes it"],
  [`${STS} request send failed, Post "http://127.0.0.1:9/": dial tcp 127.0.0.1:9: connect: connection refused`, "can't be reached"],
  [`${STS} request send failed, Post "https://sts.us-east-1.amazonaws.com/": proxyconnect tcp: EOF`, "HTTPS_PROXY"],
])("%s", (printed, todo) => {
  expect(problem(printed)).toContain(todo);
  expect(problem(printed)).not.toMatch(/init|\n/);
});

test("a stack that is not initialized, and what nobody knows, says what to run", () => {
  const run = "Try terraform init && terraform state pull in cdktf.out/stacks/ai-secret.";
  expect(problem('Error: Backend initialization required, please run "terraform init"\n')).toBe(
    `Backend initialization required, please run "terraform init". ${run}`,
  );
  expect(problem("")).toBe(`terraform state pull failed. ${run}`);
});
