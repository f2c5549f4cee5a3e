import { StateBucket } from "../../../../lib/team/state-bucket";
import { type PolicyStatement, renderedPolicy } from "../../../support/rendered-policy";
import { ACCOUNT, simulate } from "../../../support/simulation";
import { OwnStack, synthesized } from "../../../support/synthesized";

const BUCKET = "arn:aws:s3:::acme-states";
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

function bucketPolicy(): object {
  const stack = new OwnStack();
  new StateBucket(stack, "states", { name: "acme-states" });
  const json = JSON.stringify(synthesized(stack).data.aws_iam_policy_document)
    .replaceAll(/\$\{aws_s3_bucket\.[\w-]+\.arn\}/g, BUCKET)
    .replaceAll(/\$\{aws_kms_key\.[\w-]+\.arn\}/g, KEY);
  const [document] = Object.values<{ statement: PolicyStatement[] }>(JSON.parse(json));
  return renderedPolicy(document?.statement ?? []);
}

/** What becomes of a request of an administrator's, by the headers that it has. */
function put(headers: Readonly<Record<string, string>>): string {
  const administrator = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  return simulate(
    [administrator],
    { action: "s3:PutObject", resource: `${BUCKET}/ai-secret/terraform.tfstate`, context: { "aws:SecureTransport": "true", ...headers } },
    { resourcePolicy: bucketPolicy(), principal: `arn:aws:iam::${ACCOUNT}:role/admin` },
  );
}

const encryption = (algorithm: string, key?: string) => ({
  "s3:x-amz-server-side-encryption": algorithm,
  ...(key && { "s3:x-amz-server-side-encryption-aws-kms-key-id": key }),
});

test("a state is written over TLS, encrypted by the bucket's key, which is also what a request gets that says nothing", () => {
  expect(put(encryption("aws:kms", KEY))).toBe("Allowed");
  expect(put({})).toBe("Allowed");
});

test("plain HTTP is denied to everyone", () => {
  expect(put({ ...encryption("aws:kms", KEY), "aws:SecureTransport": "false" })).toBe("ExplicitlyDenied");
});

test("another encryption is denied to everyone", () => {
  expect(put(encryption("AES256"))).toBe("ExplicitlyDenied");
  expect(put(encryption("aws:kms"))).toBe("ExplicitlyDenied");
  expect(put(encryption("aws:kms", KEY.replace("1234", "9999")))).toBe("ExplicitlyDenied");
});

test("a key in the request, which nobody else would have, is denied to everyone", () => {
  expect(put({ "s3:x-amz-server-side-encryption-customer-algorithm": "AES256" })).toBe("ExplicitlyDenied");
});
