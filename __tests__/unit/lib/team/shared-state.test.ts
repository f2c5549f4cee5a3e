import { App, Testing } from "cdktf";
import { AiKeyStack, type SharedState } from "../../../../lib";
import { synthesized } from "../../../support/synthesized";

const STATE: SharedState = {
  bucket: "acme-terraform-states",
  key: "ai-secret/terraform.tfstate",
  region: "eu-central-1",
  kmsKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
};

const stackWith = (state?: Partial<SharedState>) =>
  // @ts-expect-error a half-filled setting does not compile; programs without type checks can have one
  new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", { state });

test("the state is kept in S3, encrypted by the given key and locked without a table", () => {
  expect(synthesized(stackWith(STATE)).terraform.backend).toEqual({
    s3: {
      bucket: "acme-terraform-states",
      key: "ai-secret/terraform.tfstate",
      region: "eu-central-1",
      encrypt: true,
      kms_key_id: STATE.kmsKeyArn,
      use_lockfile: true,
    },
  });
});

test("without it the state is a file, and the user is told", () => {
  const stack = stackWith();
  expect(synthesized(stack).terraform).not.toHaveProperty("backend.s3");
  expect(stack.node.metadata.map(({ data }) => data)).toContainEqual(
    "The state of ai-secret is a file that only this machine has. docs/setup.md says how to share it.",
  );
});

test("with it there is nothing to tell", () => {
  expect(stackWith(STATE).node.metadata.filter(({ type }) => type.includes("info"))).toEqual([]);
});

test.each(["bucket", "key", "region", "kmsKeyArn"] as const)("fails without state.%s", (setting) => {
  expect(() => stackWith({ ...STATE, [setting]: undefined })).toThrow(`state.${setting} must be`);
  expect(() => stackWith({ ...STATE, [setting]: "" })).toThrow(`state.${setting} must be`);
});

test.each(["Acme", "a", "acme.states", "-acme", "acme_states", "xn--acme", "acme-s3alias"])("fails for the bucket %j", (bucket) => {
  expect(() => stackWith({ ...STATE, bucket })).toThrow("state.bucket must be 3 to 63 lower-case letters");
});

test("fails for a key with an asterisk, which would be a pattern in the rights of a role", () => {
  expect(() => stackWith({ ...STATE, key: "*/terraform.tfstate" })).toThrow("state.key must be an object's key");
});

test("fails for a key that begins with a slash", () => {
  expect(() => stackWith({ ...STATE, key: "/terraform.tfstate" })).toThrow("state.key must be an object's key");
});

test("Terraform's state is all that a stack's backend changes", () => {
  const { terraform: _, ...shared } = JSON.parse(Testing.synth(stackWith(STATE)));
  const { terraform: __, ...alone } = JSON.parse(Testing.synth(stackWith()));
  expect(shared).toEqual(alone);
});
