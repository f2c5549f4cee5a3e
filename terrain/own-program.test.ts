import { EphemeralVariable } from "../lib";
import { AiKeySecret } from "../lib/ai-key-secret";
import { App, TerraformStack } from "./node_modules/cdktn";

const REFUSED =
  'must be in a stack of cdktf; got one of cdktn. docs/cdk-terrain.md of cdktf-ai-secret says how to make a package that is for cdktn, under "In your own program".';

/** Of a user's own class, as most are. */
class OwnStack extends TerraformStack {}

test("a program on CDK Terrain that has the package for cdktf reads what to do, at its first line with a key", () => {
  const stack = new OwnStack(new App({ outdir: "never-written" }), "mine");
  expect(() => new EphemeralVariable(stack, "ai_api_key")).toThrow(`mine/ai_api_key ${REFUSED}`);

  const apiKey = { ephemeral: true };
  expect(() => Reflect.construct(AiKeySecret, [stack, "key", { apiKey, name: "ai/key" }])).toThrow(`mine/key ${REFUSED}`);
});
