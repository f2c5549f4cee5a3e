import { App, TerraformStack } from "cdktf";
import { AiKeySecret, AiKeyStack, EphemeralVariable } from "../lib";

const REFUSED =
  "@cdktf/provider-aws must be 19.54.0 or newer: the one that is installed does not know secret_string_wo, and would leave the key out.";

test("bindings that would leave the key out of the configuration are refused, with the version to install", () => {
  const app = new App({ outdir: "never-written" });
  const stack = new TerraformStack(app, "mine");
  const apiKey = new EphemeralVariable(stack, "ai_api_key");

  expect(() => new AiKeySecret(stack, "key", { apiKey, name: "ai/key" })).toThrow(REFUSED);
  expect(() => new AiKeyStack(app, "ai-secret", { region: "us-east-1" })).toThrow(REFUSED);
});
