import { App, CloudBackend, HttpBackend, NamedCloudWorkspace, type TerraformStack, Testing } from "cdktf";
import { AiKey, AiKeyStack, BootstrapStack, type BootstrapStackProps } from "../../../../lib";
import { StackAccess, StateBucket, TeamRoles, trustOf } from "../../../../lib/team";
import { OwnStack, resources, synthesized } from "../../../support/synthesized";

const KMS_KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const github = { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } };
const LOCATION = { partition: "aws", account: "111122223333", region: "eu-central-1", tags: {} };

function bootstrapWith(props: Partial<BootstrapStackProps>, prepare = (_: AiKeyStack): void => undefined): BootstrapStack {
  const app = new App({ outdir: "never-written" });
  const stack = new AiKeyStack(app, "ai-secret", { region: "eu-central-1" });
  prepare(stack);
  return new BootstrapStack(app, "bootstrap", { region: "eu-central-1", stacks: [stack], github, ...props });
}

const infos = ({ node }: TerraformStack) => node.metadata.filter(({ type }) => type.includes("info")).map(({ data }) => String(data));

describe("a bucket that exists", () => {
  const bucket = { bucket: "acme-states", kmsKeyArn: KMS_KEY };

  test("gets nothing changed, and the roles have rights to the states in it, by its key in the key's region", () => {
    const stack = bootstrapWith({ bucket });
    const { resource, output, data } = synthesized(stack);
    expect(Object.keys(resource).filter((type) => /s3|kms/.test(type))).toEqual([]);
    expect(output).toMatchObject({ state_bucket: { value: "acme-states" }, state_kms_key_arn: { value: KMS_KEY } });

    const rights = JSON.stringify(data.aws_iam_policy_document);
    expect(rights).toContain(":s3:::acme-states/ai-secret/terraform.tfstate");
    expect(rights).toContain(KMS_KEY);
    expect(rights).toContain("s3.eu-west-1.amazonaws.com");
  });

  test("is not proven to keep versions, which is said", () => {
    expect(infos(bootstrapWith({ bucket }))).toContainEqual(expect.stringContaining("The bucket acme-states is somebody else's"));
  });

  test.each([
    [{ ...bucket, bucket: "Acme" }, "[bootstrap] bucket.bucket must be 3 to 63"],
    [{ ...bucket, kmsKeyArn: "alias/states" }, "[bootstrap] bucket.kmsKeyArn must be an ARN such as"],
    [Object({ ...bucket, kmsKey: KMS_KEY }), "[bootstrap] bucket has no prop kmsKey. Did you mean kmsKeyArn?"],
  ])("fails for %j", (wrong, message) => {
    expect(() => bootstrapWith({ bucket: wrong })).toThrow(message);
  });
});

test("a bucket that this stack makes has its states, as before", () => {
  const made = bootstrapWith({ bucket: "acme-states" });
  expect(resources(made, "aws_s3_bucket")).toMatchObject([{ bucket: "acme-states" }]);
});

test("each role has the permissions boundary, and an ARN of something else fails", () => {
  const permissionsBoundary = "arn:aws:iam::111122223333:policy/team/boundary";
  const roles = resources(bootstrapWith({ permissionsBoundary }), "aws_iam_role");
  expect(roles.map((role) => role.permissions_boundary)).toEqual([permissionsBoundary, permissionsBoundary, permissionsBoundary]);
  expect(() => bootstrapWith({ permissionsBoundary: "arn:aws:iam::111122223333:role/team" })).toThrow(
    "[bootstrap] permissionsBoundary must be an ARN such as arn:aws:iam::111122223333:policy/boundary",
  );
});

describe("a state in another backend", () => {
  const cloud = (stack: AiKeyStack) => {
    new CloudBackend(stack, { organization: "acme", workspaces: new NamedCloudWorkspace("ai-secret") });
  };

  test("is the program's own, beside the options of an AiKeyStack, and what is not proven is said", () => {
    const stack = new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret");
    cloud(stack);
    expect(synthesized(stack).terraform).toMatchObject({ cloud: { organization: "acme" } });
    expect(infos(stack)).toEqual([expect.stringContaining("The state of ai-secret is in a backend of yours, cloud: that it is encrypted")]);
  });

  test("needs no bucket, and no role gets rights to one", () => {
    const stack = bootstrapWith({}, cloud);
    const { resource, output, data } = synthesized(stack);
    expect(Object.keys(resource).filter((type) => /s3|kms/.test(type))).toEqual([]);
    expect(Object.keys(output)).toEqual(["deploy_role_arn", "ops_role_arn", "plan_role_arn"]);
    expect(JSON.stringify(data)).not.toContain("s3:");
  });

  test("leaves the rights to the states of others as they are", () => {
    const http = (stack: AiKeyStack) => {
      new HttpBackend(stack, { address: "https://states.example.com/ai-secret" });
    };
    const rights = JSON.stringify(synthesized(bootstrapWith({ bucket: "acme-states" }, http)).data);
    expect(rights).not.toContain("ai-secret/terraform.tfstate");
  });
});

describe("each part of a team's platform works alone, in a stack of one's own", () => {
  test("a bucket for states", () => {
    const stack = new OwnStack();
    const { arn } = new StateBucket(stack, "states", { name: "acme-states" });
    expect(arn).toContain("${");
    expect(resources(stack, "aws_s3_bucket_versioning")).toHaveLength(1);
  });

  test("the roles, with trust policies that come from elsewhere, for a stack with a key", () => {
    const keys = new OwnStack("mine");
    new AiKey(keys, "openai", { provider: "openai" });
    const stack = new OwnStack();
    new TeamRoles(stack, "roles", {
      environments: [{ label: undefined, trust: "{}", stacks: () => [new StackAccess(keys, LOCATION)], stateKeys: [] }],
      trust: { plan: "{}", ops: "{}" },
    });

    const rights = JSON.stringify(synthesized(stack).data);
    expect(rights).toContain("arn:aws:secretsmanager:eu-central-1:111122223333:secret:ai/mine/openai-api-key-??????");
    expect(rights).not.toContain("s3:");
    expect(resources(stack, "aws_iam_role")).toHaveLength(3);
  });

  test("the trust policies", () => {
    const stack = new OwnStack();
    const trust = trustOf(stack, { github }, "arn:aws:iam::111122223333:role/admin");
    expect(trust.deploy("production")).toContain("${");
    expect(Testing.synth(stack)).toContain("repo:acme/ai-keys:environment:production");
  });
});
