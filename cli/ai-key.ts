import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { findCdkCli } from "../lab/terraform/cdk-cli";
import { checkEnvironment } from "../lib/environment";
import { access } from "./access/access";
import { handOver } from "./handover/handover";
import { type KeyVersionOptions, printKeyVersion } from "./key-version/print-key-version";
import { list } from "./list";
import { type RehearseOptions, rehearse } from "./rehearse/rehearse";
import { restore } from "./restore";
import { rotate } from "./rotate";
import { type AnswerOptions, printAnswer } from "./terminal/answer";
import { type VerifyOptions, verify } from "./verify/verify";

// The AWS SDK is pinned to a version that supports Node 20; that later ones won't is nothing its user can act on.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const manifest: { version: string } = JSON.parse(readFileSync(require.resolve("cdktf-ai-secret/package.json"), "utf8"));

const program = new Command("ai-key")
  .version(manifest.version, "--version", "print the version of this package")
  .description("Puts an AI provider's API key into AWS Secrets Manager and nowhere else.")
  .addHelpText(
    "after",
    "\nExit codes: 0 all is well; 1 a check failed or something is missing; 2 AWS gave no answer; 130 and 143 Ctrl-C or SIGTERM stopped it.",
  );

program.hook("preAction", checkEnvironment);

program
  .command("rehearse")
  .description("run the whole life of a key on this machine: the configuration for production, against a local AWS")
  .argument("[stack]", "the stack's id (default: the first one, by its id, that has a key)")
  .option("--keep", "keep the local AWS and the secret, so that you can look at them", false)
  .option("--rotation", "show a key that the provider makes, by a program of its own: the first one and one rotation", false)
  .option("--json", "print JSON, one object a line: each step when it ends, then the report", false)
  .addHelpText(
    "after",
    "\nExit codes: 0 every check passed; 1 a check failed or a program is missing; 130 and 143 Ctrl-C or SIGTERM stopped it.",
  )
  .action(async (stack: string | undefined, options: RehearseOptions) => {
    process.exitCode = await rehearse(projectFolder(), stack, options);
  });

program
  .command("handover")
  .description("write each stack as plain HCL to handover/<stack>/main.tf; Terraform alone goes on with it, on the same state")
  .option("--json", "print JSON, one object a line: each step when it ends, then the files", false)
  .addHelpText(
    "after",
    "\nExit codes: 0 it wrote the files; 1 a file is in the way or a program is missing; 130 and 143 Ctrl-C or SIGTERM stopped it.",
  )
  .action(async (options: AnswerOptions) => {
    process.exitCode = await handOver(projectFolder(), options);
  });

program
  .command("list")
  .description("list every secret that the synthesized stacks declare, or that their states know of")
  .argument("[stack]", "the stack's id (default: every stack that has secrets, as far as these credentials reach)")
  .option("--json", "print JSON", false)
  .addHelpText("after", "\nExit codes: 0 it asked AWS for each secret; 1 AWS gave no answer for one of them; 2 no state can be read.")
  .action(async (stack: string | undefined, options: AnswerOptions) => {
    process.exitCode = await printAnswer(() => list(process.cwd(), stack), options);
  });

program
  .command("restore")
  .description("restore a secret that is scheduled for deletion, and say how a stack takes it over")
  .argument("<secret>", "the secret's name or ARN, or a stack's id for all secrets of the stack")
  .option("--json", "print JSON", false)
  .addHelpText(
    "after",
    "\nExit codes: 0 the secret is there, restored or untouched; 1 there is no such secret; 2 AWS gave no answer or refused.",
  )
  .action(async (secret: string, options: { json: boolean }) => {
    process.exitCode = await printAnswer(() => restore(secret, process.cwd()), options);
  });

program
  .command("rotate")
  .description("have the rotation function replace a key now, and wait until it has")
  .argument("<secret>", "the secret's name or ARN, or a stack's id for all secrets of the stack that are rotated")
  .option("--json", "print JSON", false)
  .addHelpText("after", "\nExit codes: 0 the new key is current; 1 it is not, and the old one stays; 2 AWS gave no answer or refused.")
  .action(async (secret: string, options: AnswerOptions) => {
    process.exitCode = await printAnswer(() => rotate(secret, process.cwd()), options);
  });

program
  .command("access")
  .description("show who can read the key, according to the policies in AWS")
  .argument("<secret>", "the secret's name or ARN, or a stack's id for all secrets of the stack")
  .option("--policy <arn>", "the read policy (default: the output read_policy_arn of the project's stack with this secret)")
  .option("--json", "print JSON", false)
  .addHelpText(
    "after",
    "\nExit codes: 0 it shows who can read; 1 there is no such secret, or it is deleted; 2 AWS or the state gave no answer, or refused.",
  )
  .action(async (secret: string, options: { policy?: string; json: boolean }) => {
    process.exitCode = await printAnswer(() => access(secret, process.cwd(), options), options);
  });

program
  .command("verify")
  .description("check that AWS has what the synthesized stacks and their states say, and that no state holds a key")
  .argument("[stack]", "the stack's id (default: every stack that has secrets, as far as these credentials reach)")
  .option("--live", "also ask the AI provider whether it accepts the stored key, by a request that costs nothing", false)
  .option("--provider <provider>", "with --live: the provider of the generic key, such as openai")
  .option("--base-url <url>", "with --live: the gateway or the Azure resource to ask")
  .option("--json", "print JSON", false)
  .addHelpText(
    "after",
    `
If TF_VAR_ai_api_key (or the variable of another key) is set and you may read, it compares the stored key with the variable. It never shows a key.
In the table, yes: it is so. NO: it is not. -: the stack does not declare it, or nobody can know (in JSON: true, false, null).
Exit codes: 0 nothing is NO; 1 something is NO; 2 AWS or the state gave no answer, or refused.`,
  )
  .action(async (stack: string | undefined, options: VerifyOptions & AnswerOptions) => {
    process.exitCode = await printAnswer(() => verify(process.cwd(), stack, options), options);
  });

program
  .command("key-version")
  .alias("version")
  .description(
    "print a number for TF_VAR_ai_api_key_version that changes when the key does; it takes the key from TF_VAR_ai_api_key only (version, its old name, does the same)",
  )
  .argument("[stack]", "the stack's id: its key and its secret's name (default: the program's key, with the secret's name in Production)")
  .option("--provider <provider>", "the provider of one of several keys, such as openai: takes it from TF_VAR_openai_api_key")
  .option("--secret-name <name>", "the secret's name, which salts the number (default: the stack's, else ai/production/api-key)")
  .option("--json", "print an object with variable, secretName and version", false)
  .addHelpText("after", "\nExit codes: 0 it printed the number; 1 the key is missing, or a deploy would refuse it.")
  .action((stack: string | undefined, options: KeyVersionOptions) => {
    process.exitCode = printKeyVersion(process.cwd(), stack, options);
  });

/** @throws Error if the folder is not a project's */
function projectFolder(): string {
  const folder = process.cwd();
  if (!existsSync(join(folder, "cdktf.json"))) {
    throw new Error(`cdktf.json was not found in ${folder}. Run this in the project's folder, after npm ci.`);
  }
  findCdkCli(folder);
  return folder;
}

/** Runs what was typed after `ai-key`. The exit code is the process's. */
export async function aiKey(args: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
