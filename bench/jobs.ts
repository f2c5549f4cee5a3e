import { readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { workflowWithoutCli } from "../__tests__/support/environments";
import { type Job, readWorkflow } from "../__tests__/support/workflow-file";
import { DUMMY_CREDENTIALS } from "../lab/process/child-environment";
import { AWS_PROVIDER_VERSION } from "../lib/version-floors";
import { type Bench, npmEnvironment } from "./bench";
import { startAws } from "./local-aws";
import { packMirror } from "./pipeline";
import { figureTable, resultTable } from "./report";
import { summary, takeTurns } from "./rounds";
import { runSteps, type Steps } from "./steps";

const BUILD = "build";
const BY_CLI = "deploy by the cdktf CLI";
const STRICTEST = "deploy, the strictest";

const ACCOUNT = "123456789012";
const BUCKET = "states";
const KMS_KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-a6ef-1234567890ab`;

/** As biome formats it, which the build checks. */
const STATE = `state: {
    bucket: "${BUCKET}",
    key: "ai-secret",
    region: "us-east-1",
    kmsKeyArn: "${KMS_KEY_ARN}",
  },
  `;

/** From a push to a stored key: the jobs of deploy.yml, by their own scripts. */
export async function jobs(bench: Bench): Promise<string[]> {
  const { emptyFor, initialized, terraform } = await startAws(bench);
  bench.say("packs the provider");
  const cliConfig = await packMirror(initialized, terraform, bench.newFolder("mirror"));

  const run = (job: Job | undefined) => async () => {
    const sandbox = await emptyFor({
      ...npmEnvironment(),
      STACK: "ai-secret",
      STATE_BUCKET: BUCKET,
      AWS_ROLE_ARN: `arn:aws:iam::${ACCOUNT}:role/deploy`,
      TF_CLI_CONFIG_FILE: cliConfig,
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: undefined,
      TF_PLUGIN_CACHE_DIR: undefined,
      npm_config_cache: bench.newFolder("empty-npm-cache"),
    });
    const lock = join(sandbox.project, "terraform.lock.hcl");
    writeFileSync(lock, readFileSync(lock, "utf8").replace(/(constraints *= ).*/, `$1${JSON.stringify(AWS_PROVIDER_VERSION)}`));
    await sandbox.use(readFileSync(join(sandbox.project, "main.ts"), "utf8").replace("tags: {", `${STATE}tags: {`));
    await sandbox.shell("cp -r cdktf.out handed-over", {});
    await makeBucket(sandbox.endpoint);
    unlinkSync(join(sandbox.project, "node_modules")); // leaves what git has
    const { seconds, total } = await runSteps(sandbox, stepsOf(job));
    rmSync(sandbox.folder, { recursive: true });
    return { all: total, ...seconds };
  };
  const results = await takeTurns(bench.say, 2, {
    [BUILD]: run(readWorkflow(".github/workflows/deploy.yml").jobs.build),
    [BY_CLI]: run(readWorkflow(".github/workflows/deploy-environment.yml").jobs.deploy),
    [STRICTEST]: run(workflowWithoutCli().jobs.deploy),
  });
  return [
    "From a push to a stored key: each job of [deploy.yml](../.github/workflows/deploy.yml) by its own scripts, without a cache, as there. Not included is what only GitHub can tell: the start of a runner, the checkout, the actions that install Node and Terraform, the artifact, the token and its exchange, and an approval. The npm registry is a near one and the provider comes packed from this disk.",
    resultTable(results),
    figureTable([{ name: `${STRICTEST}, all`, value: summary(results.values(STRICTEST, "all")), unit: "s", atMost: 25 }]),
  ];
}

/** The scripts of a job, but for the one that asks GitHub for a token. */
function stepsOf({ steps = [] }: Job = {}): Steps {
  const scripts = steps.flatMap(({ name, run, env = {} }) =>
    run ? [{ title: name ?? `\`${run}\``, run, hasKey: "TF_VAR_ai_api_key" in env }] : [],
  );
  return Object.fromEntries(
    scripts
      .filter(({ run }) => run !== ".ci/aws-credentials.sh")
      .map(({ title, run, hasKey }) => [title, hasKey ? `export TF_VAR_ai_api_key="$AI_API_KEY"\n${run}` : run]),
  );
}

async function makeBucket(endpoint: string): Promise<void> {
  const s3 = new S3Client({ endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  s3.destroy();
}
