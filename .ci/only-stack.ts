#!/usr/bin/env -S TSX_DISABLE_CACHE=1 node --require tsx/cjs
// Prints the stack of main.ts that has keys, where there is only one.
import { script, stacksWithKeys, synthesize } from "./stacks";

script(() => {
  synthesize();
  const [stack, ...others] = stacksWithKeys();
  if (stack === undefined || others.length > 0) {
    throw new Error(
      stack === undefined
        ? "main.ts has no stack with a key."
        : `main.ts has several stacks with keys: ${[stack, ...others].join(", ")}. Say which one, such as npm run deploy -- ${stack}`,
    );
  }
  console.log(stack);
});
