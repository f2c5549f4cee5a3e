#!/usr/bin/env -S TSX_DISABLE_CACHE=1 node --require tsx/cjs
// Synthesizes main.ts, and refuses a stack whose state would be lost with the CI job.
import { findStack, script, stackArgument, synthesize } from "./stacks";

script(() => {
  const stack = stackArgument();
  synthesize();
  if (findStack(stack).stateBucket() === undefined) {
    throw new Error(
      `main.ts must give the stack "${stack}" a state in S3: a local one is lost with this job. docs/setup.md says how to share it.`,
    );
  }
});
