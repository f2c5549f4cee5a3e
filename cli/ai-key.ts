import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { access } from "./access";
import { type AnswerOptions, printAnswer } from "./answer";
import { handOver } from "./handover";
import { findCdkCli } from "./rehearsal/cdk-cli";
import { type RehearseOptions, rehearse } from "./rehearse";
import { restore } from "./restore";
import { type VerifyOptions, verify } from "./verify";
import { printVersion, type VersionOptions } from "./version";

// The AWS SDK is pinned to a version that supports Node 20; that later ones won't is nothing its user can act on.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const manifest: { version: string } = JSON.parse(readFileSync(require.resolve("cdktf-ai-secret/package.json"), "utf8"));

const program = new Command("ai-key")
  .version(manifest.version, "--version", "print the version of this package")
  .description("Puts an AI provider's API key into AWS Secrets Manager and nowhere else.")
  .addHelpText(
    "after",
    "\nExit codes: 0 all is well, 1 a check failed or something is missing, 2 AWS could not be asked, 130 and 143 stopped by Ctrl-C or SIGTERM.",
  );

program
  .command("rehearse")
  .description("show the whole life of a key on this machine, against a local AWS, with the production configuration")
  .option("--keep", "leave the local AWS and the secret for a look instead of destroying them", false)
  .option("--json", "print JSON, an object a line: each step as it ends, then the report", false)
  .addHelpText(
    "after",
    "\nExit codes: 0 every check holds; 1 one does not, or a part is missing; 130 and 143 stopped by Ctrl-C or SIGTERM.",
  )
  .action(async (options: RehearseOptions) => {
    process.exitCode = await rehearse(projectFolder(), options);
  });

program
  .command("handover")
  .description("write each stack as plain HCL to handover/<stack>/main.tf, to go on with Terraform alone on the same state")
  .option("--json", "print JSON, an object a line: each step as it ends, then the files", false)
  .addHelpText(
    "after",
    "\nExit codes: 0 the files are written; 1 something is in the way or missing; 130 and 143 stopped by Ctrl-C or SIGTERM.",
  )
  .action(async (options: AnswerOptions) => {
    process.exitCode = await handOver(projectFolder(), options);
  });

program
  .command("restore")
  .description("bring back a secret that is scheduled for deletion, and say how to adopt it")
  .argument("<secret>", "the secret's name or ARN")
  .option("--json", "print JSON", false)
  .addHelpText(
    "after",
    "\nExit codes: 0 the secret is there, restored or never gone; 1 there is none; 2 AWS could not be asked, or refused.",
  )
  .action(async (secret: string, options: { json: boolean }) => {
    process.exitCode = await printAnswer(() => restore(secret), options);
  });

program
  .command("access")
  .description("show who can read the key, by the policies that AWS has")
  .argument("<secret>", "the secret's name or ARN")
  .option("--policy <arn>", "the read policy (default: the output read_policy_arn of the project's stack that has the secret)")
  .option("--json", "print JSON", false)
  .addHelpText(
    "after",
    "\nExit codes: 0 here is who can read; 1 there is no such secret, or no longer; 2 AWS or the state could not be asked, or refused.",
  )
  .action(async (secret: string, options: { policy?: string; json: boolean }) => {
    process.exitCode = await printAnswer(() => access(secret, process.cwd(), options), options);
  });

program
  .command("verify")
  .description("check that AWS has what the synthesized stacks declare and their states say, and that the states hold no key")
  .argument("[stack]", "the stack's id (default: every stack that has secrets)")
  .option("--live", "ask the AI provider too whether it accepts the stored key, by a request that costs nothing", false)
  .option("--provider <provider>", "with --live: whose key the generic one is, such as openai")
  .option("--base-url <url>", "with --live: a gateway or an Azure resource to ask instead")
  .option("--json", "print JSON", false)
  .addHelpText(
    "after",
    `
Where TF_VAR_ai_api_key (or the variable of another key) is set and reading is allowed, the stored key is compared with it. No key is shown.
In the table: yes, it holds; NO, it does not; -, it is not declared or can't be known (in JSON: true, false, null).
Exit codes: 0 nothing is NO; 1 something is; 2 AWS or the state could not be asked, or refused.`,
  )
  .action(async (stack: string | undefined, options: VerifyOptions & AnswerOptions) => {
    process.exitCode = await printAnswer(() => verify(process.cwd(), stack, options), options);
  });

program
  .command("version")
  .description("print a number that changes with the key, for TF_VAR_ai_api_key_version; the key is read from TF_VAR_ai_api_key alone")
  .option("--provider <provider>", "the provider of one of many keys, such as openai: reads TF_VAR_openai_api_key")
  .option("--secret-name <name>", "the secret's name, the salt (default: that of Production, ai/production/api-key)")
  .option("--json", "print an object with variable, secretName and version", false)
  .addHelpText("after", "\nExit codes: 0 the number was printed, 1 the key is missing or one that a deploy would refuse.")
  .action((options: VersionOptions) => {
    process.exitCode = printVersion(options);
  });

/** @throws Error when the command is not run in a project */
function projectFolder(): string {
  const folder = process.cwd();
  if (!existsSync(join(folder, "cdktf.json"))) {
    throw new Error(`cdktf.json was not found in ${folder}. Run this in the project's folder, after npm ci.`);
  }
  findCdkCli(folder);
  return folder;
}

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
