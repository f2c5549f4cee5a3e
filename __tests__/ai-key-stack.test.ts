import { App, Testing } from "cdktf";
import { AiKeyStack, type AiKeyStackProps } from "../lib";
import { resources, synthesized } from "./synthesized";

function stackWith(props?: AiKeyStackProps): AiKeyStack {
  return new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", props);
}

test("the whole stack", () => {
  expect(Testing.synth(stackWith({ region: "eu-central-1" }), true)).toMatchSnapshot();
});

test("the names that users type and read are exactly these", () => {
  const { variable, output } = synthesized(stackWith());
  expect(Object.keys(variable)).toEqual(["ai_api_key", "ai_api_key_version"]);
  expect(Object.keys(output)).toEqual(["api_key_version", "api_secret_arn", "api_secret_name", "read_policy_arn"]);
});

test("no output refers to the key", () => {
  expect(JSON.stringify(synthesized(stackWith()).output)).not.toMatch(/var\.ai_api_key\b(?!_version)/);
});

test("the key's value has no way into the state", () => {
  expect(Testing.synth(stackWith())).not.toMatch(/"secret_(string|binary)"/);
});

test("every resource is tagged with its environment and its maker, and with the user's own tags", () => {
  const tags = (props?: AiKeyStackProps) => synthesized(stackWith(props)).provider.aws[0].default_tags[0].tags;

  expect(tags()).toEqual({ Environment: "Production", ManagedBy: "cdktf" });
  expect(tags({ environment: "Staging", tags: { Team: "platform" } })).toEqual({
    Environment: "Staging",
    ManagedBy: "cdktf",
    Team: "platform",
  });
});

test("the secret's name follows the environment, or is chosen", () => {
  const name = (props?: AiKeyStackProps) => resources(stackWith(props), "aws_secretsmanager_secret")[0].name;

  expect(name()).toBe("ai/production/api-key");
  expect(name({ environment: "Staging" })).toBe("ai/staging/api-key");
  expect(name({ secretName: "mine" })).toBe("mine");
});

test("without a region the provider takes it from the environment", () => {
  expect(synthesized(stackWith()).provider.aws[0]).not.toHaveProperty("region");
});

test.each(["eu-central-1", "us-gov-west-1", "cn-north-1", "us-isob-east-1", "eusc-de-east-1", "mx-central-1"])(
  "%s is a region",
  (region) => {
    expect(synthesized(stackWith({ region })).provider.aws[0].region).toBe(region);
  },
);

test.each(["", "Frankfurt", "eu-central", "eu-central-1a", "EU-CENTRAL-1"])("fails for the region %j", (region) => {
  expect(() => stackWith({ region })).toThrow(
    `AiKeyStack.region must be an AWS region such as eu-central-1; got ${JSON.stringify(region)}`,
  );
});

test("fails for an empty environment and for empty tags", () => {
  expect(() => stackWith({ environment: "" })).toThrow("AiKeyStack.tags.Environment must have 1 to 256 characters");
  expect(() => stackWith({ tags: { Team: "" } })).toThrow("AiKeyStack.tags.Team must have 1 to 256 characters");
});
