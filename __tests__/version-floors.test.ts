import { Construct } from "constructs";
import { AiKeySecret, EphemeralVariable } from "../lib";
import { AWS_PROVIDER_VERSION, declareTargets, requireVersions, TERRAFORM_VERSION } from "../lib/version-floors";
import { AWS_PROVIDER, OwnStack, synthesized } from "./synthesized";

test("the bindings alone pin the one provider that they were made for", () => {
  expect(synthesized(new OwnStack()).terraform.required_providers.aws).toEqual({
    source: AWS_PROVIDER,
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  });
});

test("the floors replace the bindings' pin", () => {
  const stack = new OwnStack();
  requireVersions(stack);

  const { terraform } = synthesized(stack);
  expect(terraform.required_version).toBe(TERRAFORM_VERSION);
  expect(terraform.required_providers.aws).toEqual({ source: AWS_PROVIDER, version: AWS_PROVIDER_VERSION });
});

test("a stack gets the floors with its first key", () => {
  const stack = new OwnStack();
  new AiKeySecret(stack, "key", { apiKey: new EphemeralVariable(stack, "ai_api_key"), name: "ai/key" });

  expect(synthesized(stack).terraform.required_providers.aws.version).toBe(AWS_PROVIDER_VERSION);
});

test("a secret says which versions it is for, where CDK Terrain looks for it", () => {
  const secret = new Construct(new OwnStack(), "secret");
  declareTargets(secret);

  expect(secret.node.getContext("targetVersions")).toEqual({ terraform: ">= 1.11.0", opentofu: ">= 1.11.0" });
});

test("what the project says holds", () => {
  const project = new Construct(new OwnStack(), "project");
  project.node.setContext("targetVersions", { opentofu: ">=1.12.0" });
  const secret = new Construct(project, "secret");
  declareTargets(secret);

  expect(secret.node.getContext("targetVersions")).toEqual({ opentofu: ">=1.12.0" });
});
