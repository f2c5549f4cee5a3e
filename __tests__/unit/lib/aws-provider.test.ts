import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, Testing } from "cdktf";
import { AiKey, AiKeyStack } from "../../../lib";
import { OwnStack, synthesized } from "../../support/synthesized";

const ROLE = "arn:aws:iam::111122223333:role/app";

/** All resources and data sources of AWS, by the providers that make them. */
function providersOf(stack: OwnStack): (string | undefined)[] {
  const { resource, data } = synthesized(stack);
  const blocks = Object.values<Record<string, { provider?: string }>>({ ...resource, ...data }).flatMap((named) => Object.values(named));
  return [...new Set(blocks.map(({ provider }) => provider))];
}

test("all of a key is made by the provider that is chosen, what it shares with other keys too", () => {
  const stack = new OwnStack();
  const awsProvider = new AwsProvider(stack, "ireland", { alias: "ireland", region: "eu-west-1" });
  new AiKey(stack, "openai", { provider: "openai", awsProvider, readers: [ROLE], replicas: [{ region: "eu-central-1" }] });
  Testing.synth(stack);
  expect(providersOf(stack)).toEqual(["aws.ireland"]);

  new AiKey(stack, "anthropic", { provider: "anthropic" });
  expect(Object.keys(synthesized(stack).data.aws_region).sort()).toEqual(["ai-key-region", "ai-key-region-ireland"]);
});

test("fails for a replica in the region of the provider that is chosen", () => {
  const stack = new OwnStack();
  const awsProvider = new AwsProvider(stack, "ireland", { alias: "ireland", region: "eu-west-1" });
  expect(() => new AiKey(stack, "openai", { awsProvider, replicas: [{ region: "eu-west-1" }] })).toThrow(
    '[own/openai] replicas.region must be another region than the secret\'s own; got "eu-west-1"',
  );
});

test("an AiKeyStack tells its provider more, such as the only account that it may work in", () => {
  const stack = new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", {
    region: "eu-west-1",
    aws: { allowedAccountIds: ["111122223333"], profile: "keys", assumeRole: [{ roleArn: ROLE }] },
  });
  expect(synthesized(stack).provider.aws).toMatchObject([
    { region: "eu-west-1", allowed_account_ids: ["111122223333"], profile: "keys", max_retries: 10, assume_role: [{ role_arn: ROLE }] },
  ]);
  expect(stack.provider.node.path).toBe("ai-secret/aws");
});

test("what is made can be changed and referred to", () => {
  const stack = new OwnStack();
  const { secret } = new AiKey(stack, "key", { readers: [ROLE], replicas: [{ region: "eu-west-1" }], encryptionKey: "customer-managed" });
  secret.secret.addOverride("force_overwrite_replica_secret", true);

  const [made] = Object.values(synthesized(stack).resource.aws_secretsmanager_secret);
  expect(made).toMatchObject({ force_overwrite_replica_secret: true });
  expect(secret.replicaArns).toHaveLength(1);
  expect([secret.version?.versionId, secret.policy?.id, secret.encryptionKeyArn].every((value) => value?.includes("${"))).toBe(true);
});
