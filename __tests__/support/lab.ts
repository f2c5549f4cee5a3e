import { gte } from "semver";
import { AwsView } from "../../lab/aws/aws-view";
import { DEFAULT_REGION } from "../../lab/process/child-environment";
import { Session } from "../../lab/process/session";
import { Sandbox } from "../../lab/sandbox/sandbox";
import { findTerraform, type Terraform } from "../../lab/terraform/find-terraform";
import { findProviderSource } from "../../lab/terraform/provider-source";
import { attachProvider } from "./attached-provider";
import { PROGRAM, ROOT } from "./project";

/** The local AWS of this jest worker. */
const endpoint = process.env[`E2E_ENDPOINT_${process.env.JEST_WORKER_ID}`] ?? "";

/** Like `describe`, but for `AI_KEY_E2E=skip`; see global-setup. */
export const describeWithAws = endpoint ? describe : describe.skip;

/**
 * Like `test`, for what one of the two programs does from a version on; with another one it is skipped with a loud line.
 *
 * @param version a release, whose prereleases do it too
 */
export function testFrom(product: Terraform["product"], version: string): (title: string, run: () => Promise<void>) => void {
  const [name, found = ""] = process.env.E2E_TERRAFORM?.split(" ") ?? [];
  return name === product && gte(found, `${version}-0`)
    ? test
    : (title) => {
        console.error(`SKIPPED: ${title}. It needs ${product} ${version} or newer`);
        test.skip(title, () => {});
      };
}

/** The address of this worker's local AWS. */
export function localAws(): string {
  return endpoint;
}

/** This worker's local AWS, emptied. */
export async function emptyAws(region = DEFAULT_REGION): Promise<AwsView> {
  await fetch(`${endpoint}/moto-api/reset`, { method: "POST" });
  return new AwsView(endpoint, region);
}

/** A sandbox with this worker's local AWS, which is empty at the start. */
export interface Lab {
  readonly session: Session;
  readonly sandbox: Sandbox;
  readonly aws: AwsView;
  close(): Promise<void>;
}

export interface LabOptions {
  /** Has every command start a provider of its own: for a test that changes its environment, or runs two at once. */
  readonly ownProviders?: boolean;
  /** Does not initialize Terraform: for a test that starts no provider. */
  readonly noProvider?: boolean;
  /** @default "ai-secret" */
  readonly stack?: string;
}

type Furnish = (endpoint: string) => Promise<string>;

/**
 * Makes a lab with a program, synthesized and initialized.
 *
 * @param program the text of a main.ts; or what makes in the local AWS what the program names, and gives the text
 */
export async function openLab(
  program: string | Furnish = PROGRAM,
  { ownProviders = false, noProvider = false, stack = "ai-secret" }: LabOptions = {},
): Promise<Lab> {
  (await emptyAws()).close();

  const session = new Session();
  const terraform = await findTerraform();
  const sandbox = new Sandbox(session, { terraform, provider: await findProviderSource(terraform) }, ROOT, stack);
  sandbox.endpoint = endpoint;
  await sandbox.use(typeof program === "string" ? program : await program(endpoint));
  if (!noProvider) {
    await sandbox.init();
  }
  if (!noProvider && !ownProviders) {
    sandbox.settings = await attachProvider(sandbox, session);
  }

  const aws = new AwsView(endpoint, sandbox.region());
  return {
    session,
    sandbox,
    aws,
    close: async () => {
      aws.close();
      await session.close();
    },
  };
}
