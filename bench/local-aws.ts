import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AwsView } from "../cli/rehearsal/aws-view";
import { DEFAULT_REGION } from "../cli/rehearsal/child-environment";
import { planLocalAws, startLocalAws } from "../cli/rehearsal/local-aws";
import { findProviderSource } from "../cli/rehearsal/provider-source";
import { Sandbox, type SandboxTools } from "../cli/rehearsal/sandbox";
import { findTerraform } from "../cli/rehearsal/terraform";
import { ROOT } from "../e2e/support/project";
import type { Bench } from "./bench";

/** A sandbox logs all it can, for the leak proof; a user does not. */
const QUIET = { TF_LOG_CORE: undefined, TF_LOG_PROVIDER: undefined, TF_LOG_PATH: undefined, CDKTF_LOG_LEVEL: undefined };

/** A local AWS of the bench's own, and projects to deploy there. */
export class LocalAws {
  private constructor(
    private readonly bench: Bench,
    private readonly endpoint: string,
    public readonly tools: SandboxTools,
  ) {}

  public static async start(bench: Bench): Promise<LocalAws> {
    const terraform = await findTerraform();
    const tools = { terraform, provider: await findProviderSource(terraform) };
    const plan = planLocalAws({ PATH: process.env.PATH }); // never the user's own: it is emptied
    bench.say(`starts a local AWS: ${plan.description}`);
    const { endpoint } = await startLocalAws(plan, bench.session, join(bench.newFolder("local-aws"), "log"));
    return new LocalAws(bench, endpoint, tools);
  }

  /** Forgets all that was deployed. */
  public async reset(): Promise<void> {
    await fetch(`${this.endpoint}/moto-api/reset`, { method: "POST" });
  }

  /** @returns the ARN */
  public async storeSecret(name: string, value: string): Promise<string> {
    const view = new AwsView(this.endpoint, DEFAULT_REGION);
    try {
      await view.makeSecret(name, value);
      return (await view.describeSecret(name))?.ARN ?? "";
    } finally {
      view.close();
    }
  }

  /** A copy of the project, synthesized, with this AWS. */
  public async project(settings: NodeJS.ProcessEnv = {}): Promise<Sandbox> {
    const sandbox = new Sandbox(this.bench.session, this.tools, ROOT);
    sandbox.endpoint = this.endpoint;
    sandbox.settings = { ...QUIET, ...settings };
    await sandbox.use(readFileSync(join(ROOT, "main.ts"), "utf8"));
    return sandbox;
  }
}
