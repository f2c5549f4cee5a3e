#!/usr/bin/env -S TSX_DISABLE_CACHE=1 node --require tsx/cjs
// Prints, for a shell, what a plan needs in place of each key: a value that is none, and the number of the last deploy, 1 before the first.
import { execFileSync } from "node:child_process";
import { planOnlyKey } from "../lab/random-key";
import { printedJson } from "../lab/terraform/printed-json";
import type { SynthesizedStack } from "../lab/terraform/synthesized-stack";
import { findStack, folderOf, script, stackArgument } from "./stacks";

type Outputs = Readonly<Record<string, { readonly value: unknown } | undefined>>;

script(() => {
  const stack = stackArgument();
  const synthesized = findStack(stack);
  const keys = synthesized.ephemeralVariables();
  if (keys.length === 0) {
    throw new Error(`The stack "${stack}" has no key.`);
  }
  const deployed = deployedOutputs(stack);
  for (const key of keys) {
    console.log(`export TF_VAR_${key}=${inShell(planOnlyKey(synthesized.keyRules(key)))}`);
    for (const [variable, number] of numberOf(key, synthesized, deployed)) {
      console.log(`export TF_VAR_${variable}=${number}`);
    }
  }
});

/** JSON has quotes of its own. */
function inShell(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : `'${value}'`;
}

/** The version of a key that a stack declares by a variable. Its output says what was deployed. */
function numberOf(key: string, { config: { variable = {}, output = {} } }: SynthesizedStack, deployed: Outputs): [string, number][] {
  const name = `${key}_version`;
  if (!variable[name]) {
    return [];
  }
  const [shown] = Object.entries(output).find(([, { value }]) => value === `\${var.${name}}`) ?? [];
  if (shown === undefined) {
    throw new Error(`No output shows var.${name}, so nobody can know the deployed number: declare one in main.ts.`);
  }
  return [[name, Number(deployed[shown]?.value ?? 1)]];
}

function deployedOutputs(stack: string): Outputs {
  const folder = `-chdir=${folderOf(stack)}`;
  terraform([folder, "init"], 2); // what it prints is for people
  return JSON.parse(printedJson(terraform([folder, "output", "-json"], "pipe")) || "{}");
}

function terraform(args: readonly string[], stdout: "pipe" | 2): string {
  const program = process.env.TERRAFORM_BINARY_NAME || "terraform";
  try {
    return String(execFileSync(program, args, { stdio: ["ignore", stdout, 2] }));
  } catch {
    throw new Error(`${program} ${args.join(" ")} failed; the reason is above.`);
  }
}
