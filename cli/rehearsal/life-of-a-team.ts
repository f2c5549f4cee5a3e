import { randomUUID } from "node:crypto";
import { cpSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { table } from "../table";
import type { AwsView } from "./aws-view";
import { BucketView } from "./bucket-view";
import { expectEqual, expectOutput } from "./expect";
import { ROLE_TABLE_HEADING, roleTable } from "./role-table";
import type { Sandbox, Variables } from "./sandbox";
import type { Session } from "./session";
import { show, step } from "./step";

/** What the stack `bootstrap` of main.ts gives. */
interface Bootstrap {
  readonly bucket: BucketView;
  readonly state_bucket: string;
  readonly state_kms_key_arn: string;
  readonly deploy_role_arn: string;
  readonly plan_role_arn: string;
  readonly ops_role_arn: string;
}

/** A team around the stack: a state that all share, and roles that can't read a key. */
export class Team {
  private constructor(
    private readonly sandbox: Sandbox,
    private readonly aws: AwsView,
    private readonly bootstrap: Promise<Bootstrap>,
  ) {
    bootstrap.catch(() => {}); // until a step waits for it
  }

  /** Deploys the bootstrap in the background: for nearly a minute the provider waits for S3. Undefined when main.ts has none. */
  public static begin(sandbox: Sandbox, aws: AwsView, session: Session): Team | undefined {
    const synthesized = join(sandbox.stackFolder, "../bootstrap");
    if (!existsSync(synthesized)) {
      return undefined;
    }
    const folder = join(sandbox.folder, "bootstrap"); // cdktf writes the other one anew
    cpSync(synthesized, folder, { recursive: true });
    return new Team(sandbox, aws, deployBootstrap(sandbox, session, folder));
  }

  /**
   * Has the team take the stack over.
   *
   * @param variables any well-formed keys, and the versions that are deployed
   */
  public async takeOver(variables: Variables): Promise<void> {
    const bootstrap = await this.bootstrapped();
    await this.checkRoles(bootstrap);
    await this.share(bootstrap, variables);
    await this.meetLock(bootstrap, variables);
  }

  private async bootstrapped(): Promise<Bootstrap> {
    return step("the state bucket is closed, and encrypted", async (say) => {
      const bootstrap = await this.bootstrap;
      expectEqual("what the bucket denies to everyone", await bootstrap.bucket.policySids(), ["DenyPlainHttp", "DenyOtherEncryption"]);
      await bootstrap.bucket.setPolicyAside();
      say(`${bootstrap.state_bucket}; its policy, which the local AWS can't evaluate, is set aside`);
      return bootstrap;
    });
  }

  private async checkRoles(bootstrap: Bootstrap): Promise<void> {
    const { found } = await step("the roles' rights", async (say) => {
      const rights = roleTable(
        {
          deploy: await this.aws.rolePolicy(bootstrap.deploy_role_arn),
          plan: await this.aws.rolePolicy(bootstrap.plan_role_arn),
          ops: await this.aws.rolePolicy(bootstrap.ops_role_arn),
        },
        {
          secretArn: (await this.aws.describeSecret(this.sandbox.secretNames()[0] ?? ""))?.ARN ?? "",
          bucketArn: `arn:aws:s3:::${bootstrap.state_bucket}`,
          stateKey: this.sandbox.stateKey(),
        },
      );
      expectEqual("what the roles may do, by the policies in AWS", rights.found, rights.expected);
      say("none can read the key; NO: denied, whatever else allows it");
      return rights;
    });
    const roles = found.map(([right, deploy, plan, ops]) => ({ right, deploy, plan, ops }));
    show(table([ROLE_TABLE_HEADING, ...found]).replace(/^/gm, "    "), { roles });
  }

  private async share(bootstrap: Bootstrap, variables: Variables): Promise<void> {
    await step("the state moves into the bucket", async (say) => {
      this.sandbox.shareState({ bucket: bootstrap.state_bucket, kmsKeyArn: bootstrap.state_kms_key_arn });
      await this.sandbox.terraform(["init", "-migrate-state", "-force-copy"], {});
      const { exitCode } = await this.sandbox.tryTerraform(["plan", "-detailed-exitcode"], variables);
      expectEqual("a plan with the shared state finds nothing to do", exitCode, 0);

      const versions = await bootstrap.bucket.versions();
      expectEqual("how the states are encrypted", [...new Set(versions.map(({ kmsKeyArn }) => kmsKeyArn))], [bootstrap.state_kms_key_arn]);
      say(`${this.sandbox.stateKey()}, encrypted; another key plans no changes, as nobody compares it`);
    });
  }

  /** As a killed deploy leaves it. */
  private async meetLock({ bucket }: Bootstrap, variables: Variables): Promise<void> {
    await step("a lock keeps everyone else out", async (say) => {
      const ID = randomUUID();
      const lock = { ID, Operation: "OperationTypeApply", Who: "somebody@ci", Version: "1.11.0", Created: new Date().toISOString() };
      await bucket.put(`${this.sandbox.stateKey()}.tflock`, JSON.stringify(lock));

      const { exitCode, output } = await this.sandbox.tryTerraform(["plan"], variables);
      expectEqual("a plan while somebody has the lock fails", exitCode !== 0, true);
      expectOutput("Terraform says who has the lock", output, "somebody@ci");
      await this.sandbox.terraform(["force-unlock", "-force", ID], {});
      say("refused, with its owner named, until terraform force-unlock");
    });
  }

  /** Puts every version of the state where the leak proof reads. */
  public async fetchStates(): Promise<void> {
    const { bucket } = await this.bootstrap;
    for (const [index, { text }] of (await bucket.versions()).entries()) {
      writeFileSync(join(this.sandbox.folder, `state-in-s3-${index}.json`), text);
    }
  }
}

async function deployBootstrap(sandbox: Sandbox, session: Session, folder: string): Promise<Bootstrap> {
  await sandbox.terraform(["init"], {}, folder);
  await sandbox.terraform(["apply", "-auto-approve"], {}, folder);
  const {
    state_bucket = "",
    state_kms_key_arn = "",
    deploy_role_arn = "",
    plan_role_arn = "",
    ops_role_arn = "",
  } = await sandbox.outputsOf(folder);
  const bucket = new BucketView(sandbox.endpoint, sandbox.region(), state_bucket);
  session.defer(() => bucket.close());
  return { bucket, state_bucket, state_kms_key_arn, deploy_role_arn, plan_role_arn, ops_role_arn };
}
