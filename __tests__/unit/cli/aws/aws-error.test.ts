import { DecryptionFailure, SecretsManagerServiceException } from "@aws-sdk/client-secrets-manager";
import { describeAwsError, isDenied } from "../../../../cli/aws/aws-error";

const fromAws = (name: string, message = "") =>
  new SecretsManagerServiceException({ name, message, $fault: "client", $metadata: { httpStatusCode: 400, attempts: 1 } });
const fromNode = (code: string, message = "") => Object.assign(new Error(message), { code });

beforeAll(() => {
  delete process.env.AWS_ENDPOINT_URL; // it is named instead of AWS
});

test.each([
  ["ExpiredTokenException", "expired"],
  ["ExpiredToken", "expired"],
  ["UnrecognizedClientException", "does not accept the credentials"],
  ["InvalidClientTokenId", "does not accept the credentials"],
  ["ThrottlingException", "throttles"],
  ["Throttling", "throttles"],
  ["InternalServiceError", "has failed to answer"],
])("AWS's %s is told in one line", (name, text) => {
  expect(describeAwsError(fromAws(name, "The security token\nis this"))).toContain(text);
});

test("a denied action keeps AWS's sentence, which names it", () => {
  const message = "User: arn:aws:sts::111122223333:assumed-role/ci/x is not authorized to perform: secretsmanager:DescribeSecret";
  expect(describeAwsError(fromAws("AccessDeniedException", message))).toBe(`AWS denies it: ${message}`);
  expect(describeAwsError(fromAws("AccessDenied", message))).toBe(`AWS denies it: ${message}`);
});

test.each([
  ["ECONNREFUSED", "connection"],
  ["ENOTFOUND", "check the region"],
  ["EAI_AGAIN", "check the region"],
  ["ETIMEDOUT", "in time"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "certificate"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificate"],
])("the network's %s is told in one line", (code, text) => {
  expect(describeAwsError(fromNode(code))).toMatch(new RegExp(`^AWS can't be reached: .*${text}`));
});

test("a host with several addresses that all refuse is told, though its error has no message", () => {
  const refused = Object.assign(new AggregateError([fromNode("ECONNREFUSED")], ""), { code: "ECONNREFUSED" });
  expect(describeAwsError(refused)).toContain("can't be reached");
});

test("a timeout of the AWS SDK, missing credentials and a missing region are told", () => {
  expect(describeAwsError(Object.assign(new Error("socket"), { name: "TimeoutError" }))).toContain("in time");
  const missing = Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" });
  expect(describeAwsError(missing)).toMatch(/^There are no AWS credentials \(Could not load/);
  expect(describeAwsError(new Error("Region is missing"))).toContain("AWS_REGION");
});

test("an unknown error is its message's first line, without a stack", () => {
  expect(describeAwsError(new DecryptionFailure({ message: "no\n  at x", $metadata: {} }))).toBe("no");
  expect(describeAwsError(new Error("the reason"))).toBe("the reason");
  expect(describeAwsError("text")).toBe("text");
});

test("only a denied action is a denied action", () => {
  expect(isDenied(fromAws("AccessDeniedException"))).toBe(true);
  expect(isDenied(fromAws("ThrottlingException"))).toBe(false);
  expect(isDenied("AccessDenied")).toBe(false);
});
