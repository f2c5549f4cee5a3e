import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planLocalAws, startLocalAws } from "../../lab/aws/local-aws";
import { killDescendants, Session } from "../../lab/process/session";
import { findTerraform, type Terraform } from "../../lab/terraform/find-terraform";
import { findProviderSource } from "../../lab/terraform/provider-source";
import { findGoogleProvider, withoutGoogleProvider } from "./google";

/** What the tests share, handed from here to them and to the teardown. */
export interface Shared {
  session?: Session;
}
export const shared: Shared = {};

/** One a jest worker, see jest.config.js: tests clear it. */
const WORKERS = 3;

/** @throws Error for more workers than there are local AWSs: the tests of the others would be skipped */
function checkWorkers(workers: number): void {
  if (workers > WORKERS) {
    throw new Error(`The end-to-end tests must run with at most ${WORKERS} workers; got ${workers}`);
  }
}

/** Only some tests need it, so that a machine without it is no reason to stop. */
async function lookForGoogle(terraform: Terraform): Promise<void> {
  try {
    process.env.E2E_GOOGLE = (await findGoogleProvider(terraform)).description;
  } catch (error) {
    console.error(`\n${withoutGoogleProvider(error instanceof Error ? error.message : String(error))}`);
  }
}

/** Leaves out all that needs Terraform and a local AWS. */
export function isSkipped(): boolean {
  return process.env.AI_KEY_E2E === "skip";
}

/**
 * Starts the local AWSs that the tests share.
 *
 * @throws Error where a part is missing, with the command that installs it
 */
// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function setUp({ maxWorkers }: { maxWorkers: number }): Promise<void> {
  checkWorkers(maxWorkers);
  if (isSkipped()) {
    return;
  }
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true"; // pinned to a version that supports Node 20

  const session = new Session();
  // Ctrl-C and a crash of a local AWS end the tests: jest itself would go on.
  session.signal.addEventListener("abort", () => {
    console.error(`\nThe end-to-end tests stop: ${session.signal.reason.message}`);
    killDescendants(); // the workers' commands too, which jest does not know of
    session.close().finally(() => process.exit(session.exitCode));
  });
  const folder = mkdtempSync(join(tmpdir(), "ai-key-e2e-"));
  session.defer(() => rmSync(folder, { recursive: true }));

  try {
    const terraform = await findTerraform();
    await findProviderSource(terraform);
    await lookForGoogle(terraform);
    process.env.E2E_TERRAFORM = `${terraform.product} ${terraform.version}`;
    const plan = planLocalAws({ PATH: process.env.PATH }); // never the user's own: the tests clear it
    for (let worker = 1; worker <= WORKERS; worker++) {
      const { endpoint } = await startLocalAws(plan, session, join(folder, `local-aws-${worker}.log`));
      process.env[`E2E_ENDPOINT_${worker}`] = endpoint;
    }
  } catch (error) {
    await session.close();
    const reason = error instanceof Error ? error.message : String(error);
    const problem = new Error(`The end-to-end tests can't run: ${reason}\nTo do without them: AI_KEY_E2E=skip npm cit`);
    problem.stack = problem.message; // which is what jest prints
    throw problem;
  }
  shared.session = session;
}
