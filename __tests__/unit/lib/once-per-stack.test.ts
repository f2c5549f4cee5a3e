import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { Construct } from "constructs";
import { oncePerStack } from "../../../lib/once-per-stack";
import { OwnStack } from "../../support/synthesized";

test("gives all parts of a stack the same one", () => {
  const stack = new OwnStack();
  const first = oncePerStack(new Construct(stack, "a"), "ai-key-region", DataAwsRegion, {});

  expect(oncePerStack(new Construct(stack, "b"), "ai-key-region", DataAwsRegion, {})).toBe(first);
  expect(first.node.scope).toBe(stack);
});

test("gives another stack its own", () => {
  const of = (stack: OwnStack) => oncePerStack(stack, "ai-key-region", DataAwsRegion, {});
  expect(of(new OwnStack())).not.toBe(of(new OwnStack()));
});

test("takes what another copy of the bindings has made for what it is", () => {
  const own = DataAwsRegion;
  const theirs = { DataAwsRegion: class DataAwsRegion extends Construct {} };
  const stack = new OwnStack();
  const first = new theirs.DataAwsRegion(stack, "ai-key-region");
  expect(oncePerStack(stack, "ai-key-region", own, {})).toBe(first);
});
