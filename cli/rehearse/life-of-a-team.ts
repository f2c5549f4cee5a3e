import { randomUUID } from "node:crypto";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AwsView } from "../../lab/aws/aws-view";
import { BucketView } from "../../lab/aws/bucket-view";
import { expectEqual, expectOutput } from "../../lab/expect";
import type { Session } from "../../lab/process/session";
import type { Sandbox, Variables } from "../../lab/sandbox/sandbox";
import { TEAM_ROLES, type TeamRole } from "../../lab/team-rights";
import { ApplyProgress } from "../../lab/terraform/apply-progress";
import type { SynthesizedStack } from "../../lab/terraform/synthesized-stack";
import { labelOf } from "../../lib/team/environments";
import { DAYS_OF_OLD_VERSIONS } from "../../lib/team/state-bucket";
import { show, step } from "../terminal/step";
import { table } from "../terminal/table";
import { roleTable } from "./role-table";

/** What the stack `bootstrap` of main.ts makes. */
interface Bootstrap {
  readonly bucket: BucketView;
  readonly bucketName: string;
  readonly kmsKeyArn: string;
  /** The names of the roles. */
  readonly roles: Readonly<Record<TeamRole, string>>;
  /** What its deploy says. */
  readonly progress: ApplyProgress;
}

/** The provider reads it for 55 seconds before it calls it made, as S3 is eventually consistent: `waitLifecycleConfigEquals`, 5.100 to 6.58. */
const WAITED_FOR = "aws_s3_bucket_lifecycle_configuration";

/**
 * What a local AWS lacks, by the words of who asks for it: a host of its own on this machine, as S3 Control wants one for each account
 * (https://pkg.go.dev/net#DNSError), or the operation (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
 */
const GAP = /: no such host\b|\bStatusCode: 501\b/;

/** A team around the stack: a state that all share, and roles that can't read a key. */
export class Team {
  /** Why the bootstrap could not be shown. The key's life goes on without it. */
  public failure: Error | undefined;

  private constructor(
    private readonly sandbox: Sandbox,
    private readonly aws: AwsView,
    private readonly bootstrap: Promise<Bootstrap>,
  ) {
    bootstrap.catch(() => {}); // until a step waits for it
  }

  /** Deploys the bootstrap in the background. Undefined when main.ts has none for the stack. */
  public static deployInBackground(sandbox: Sandbox, aws: AwsView, session: Session): Team | undefined {
    const bootstrap = bootstrapOf(sandbox);
    if (!bootstrap) {
      return undefined;
    }
    const folder = join(sandbox.folder, "bootstrap"); // cdktf writes the other one anew
    cpSync(sandbox.folderOf(bootstrap.name), folder, { recursive: true });
    if (bootstrap.stateBucket()) {
      sandbox.overrides.keepState(folder, join(folder, "terraform.tfstate"));
    }
    return new Team(sandbox, aws, deployBootstrap(sandbox, session, folder));
  }

  /**
   * Has the team take the stack over; or not, when there is no bootstrap: then `failure` says why.
   *
   * @param variables any well-formed keys, and the versions that are deployed
   */
  public async takeOver(variables: Variables): Promise<void> {
    const bootstrap = await this.checkBucket().catch((error: Error) => {
      this.failure = error;
    });
    if (!bootstrap) {
      return;
    }
    await this.checkRoles(bootstrap);
    await this.moveState(bootstrap, variables);
    await this.checkLock(bootstrap, variables);
    await this.checkExpiry(bootstrap);
  }

  private async checkBucket(): Promise<Bootstrap> {
    return step("the state bucket is closed, and encrypted", async (say) => {
      const bootstrap = await this.bootstrap;
      expectEqual("what the bucket denies to everyone", await bootstrap.bucket.policySids(), [
        "DenyPlainHttp",
        "DenyOtherEncryption",
        "DenyKeysInRequests",
      ]);
      await bootstrap.bucket.setPolicyAside();
      say(`${bootstrap.bucketName}; its policy, which the local AWS can't evaluate, is set aside`);
      return bootstrap;
    });
  }

  private async checkRoles(bootstrap: Bootstrap): Promise<void> {
    const { found } = await step("the roles' rights", async (say) => {
      const rights = roleTable(
        {
          deploy: await this.aws.rightsOf(bootstrap.roles.deploy),
          plan: await this.aws.rightsOf(bootstrap.roles.plan),
          ops: await this.aws.rightsOf(bootstrap.roles.ops),
        },
        {
          secret: (await this.aws.describeSecret(this.sandbox.synthesized().secretNames()[0] ?? ""))?.ARN ?? "",
          state: `arn:aws:s3:::${bootstrap.bucketName}/${this.stateKey}`,
        },
      );
      expectEqual("what the roles may do, by the policies in AWS", rights.found, rights.expected);
      say("none can read the key; NO: denied, whatever else allows it");
      return rights;
    });
    const roles = found.map(([right, deploy, plan, ops]) => ({ right, deploy, plan, ops }));
    show(table([["", ...TEAM_ROLES], ...found]).replace(/^/gm, "    "), { roles });
  }

  private async moveState({ bucket, bucketName, kmsKeyArn }: Bootstrap, variables: Variables): Promise<void> {
    await step("the state moves into the bucket", async (say) => {
      this.sandbox.overrides.shareState(this.sandbox.stackFolder, {
        bucket: bucketName,
        key: this.stateKey,
        region: this.sandbox.region(),
        kmsKeyArn,
      });
      await this.sandbox.terraform(["init", "-migrate-state", "-force-copy"], {});
      const { exitCode } = await this.sandbox.tryTerraform(["plan", "-detailed-exitcode"], variables);
      expectEqual("a plan with the shared state finds nothing to do", exitCode, 0);

      const versions = await bucket.versions();
      expectEqual("how the states are encrypted", [...new Set(versions.map((version) => version.kmsKeyArn))], [kmsKeyArn]);
      say(`${this.stateKey}, encrypted; another key plans no changes, as nobody compares it`);
    });
  }

  /** As a killed deploy leaves it. */
  private async checkLock({ bucket }: Bootstrap, variables: Variables): Promise<void> {
    await step("a lock keeps everyone else out", async (say) => {
      const ID = randomUUID();
      const lock = { ID, Operation: "OperationTypeApply", Who: "somebody@ci", Version: "1.11.0", Created: new Date().toISOString() };
      await bucket.put(`${this.stateKey}.tflock`, JSON.stringify(lock));

      const { exitCode, output } = await this.sandbox.tryTerraform(["plan"], variables);
      expectEqual("a plan while somebody has the lock fails", exitCode !== 0, true);
      expectOutput("Terraform says who has the lock", output, "somebody@ci");
      await this.sandbox.terraform(["force-unlock", "-force", ID], {});
      say("refused, with its owner named, until terraform force-unlock");
    });
  }

  /** Its deploy has put the rule long since, and only reads it again. */
  private async checkExpiry({ bucket, progress }: Bootstrap): Promise<void> {
    await step("old states expire", async (say) => {
      expectEqual("errors of the bootstrap's deploy", progress.errors, []);
      expectEqual("the days that old states are kept", await bucket.daysOfOldVersions(), DAYS_OF_OLD_VERSIONS);
      say(`after ${DAYS_OF_OLD_VERSIONS} days; the minute in which the provider reads this rule again is not waited for`);
    });
  }

  private get stateKey(): string {
    return `${this.sandbox.stack}/terraform.tfstate`;
  }

  /** Puts every version of the state where the leak proof reads. */
  public async fetchStates(): Promise<void> {
    if (this.failure) {
      return;
    }
    const { bucket } = await this.bootstrap;
    for (const [index, { text }] of (await bucket.versions()).entries()) {
      writeFileSync(join(this.sandbox.folder, `state-in-s3-${index}.json`), text);
    }
  }

  /**
   * What was not shown for the local AWS's sake, and why.
   *
   * @throws Error for a bootstrap that fails in any AWS: a real one would have shown it too
   */
  public async unproven(): Promise<string[]> {
    if (this.failure && !GAP.test(this.failure.message)) {
      throw new Error(`the key's life was shown, but its bootstrap could not be deployed:\n${this.failure.message}`);
    }
    if (this.failure) {
      return [
        `the shared state and the roles, as this local AWS lacks what their bootstrap needs (${this.failure.message.split("\n")[0]})`,
      ];
    }
    const tagged = await (await this.bootstrap).bucket.hasTags();
    return [
      "S3 Control, whose host names lead nowhere on this machine",
      ...(tagged ? [] : ["a bucket's tags, which this provider sends with its creation, where this local AWS drops them"]),
    ];
  }
}

/** The stack that makes a bucket, and the roles whose rights are to the secrets of the sandbox's stack. */
function bootstrapOf(sandbox: Sandbox): SynthesizedStack | undefined {
  const named = sandbox.synthesized().secretNames();
  return sandbox.stacks().find((stack) => {
    const makesRoles = ["aws_s3_bucket", "aws_iam_role"].every((type) => stack.resources(type).length > 0);
    const text = JSON.stringify(stack.config);
    return makesRoles && named.some((secret) => text.includes(`:secret:${secret}-`));
  });
}

/** @throws Error once it has failed, with Terraform's reasons */
async function deployBootstrap(sandbox: Sandbox, session: Session, folder: string): Promise<Bootstrap> {
  await sandbox.terraform(["init"], {}, folder);
  const progress = new ApplyProgress();
  await new Promise<void>((resolve, reject) => {
    const stop = new AbortController();
    const onOutput = (text: string) => {
      progress.read(text);
      if (progress.isMadeExcept(WAITED_FOR)) {
        resolve();
      }
    };
    const applied = sandbox.tryTerraform(["apply", "-auto-approve", "-json"], {}, folder, {
      onOutput,
      signal: stop.signal,
    });
    const ended = applied.then(({ exitCode }) => (exitCode === 0 ? resolve() : reject(applyError(progress, exitCode))), reject);
    session.defer(async () => {
      stop.abort();
      await ended;
    });
  });

  const idOf = (type: string, name: string) => progress.idOf(type, name) ?? "";
  const bucketName = idOf("aws_s3_bucket", "states_bucket_");
  const bucket = new BucketView(sandbox.endpoint, sandbox.region(), bucketName);
  session.defer(() => bucket.close());
  const role = (name: string) => idOf("aws_iam_role", `roles_${name}_`);
  return {
    bucket,
    bucketName,
    kmsKeyArn: (await bucket.kmsKeyArn()) ?? "",
    roles: {
      deploy: role("deploy") || role(`deploy-${labelOf(sandbox.synthesized().environmentTag() ?? "")}`),
      plan: role("plan"),
      ops: role("ops"),
    },
    progress,
  };
}

function applyError({ errors }: ApplyProgress, exitCode: number): Error {
  return new Error(errors.join("\n") || `its apply exited with code ${exitCode}`);
}
