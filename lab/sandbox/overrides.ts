import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SynthesizedStack } from "../terraform/synthesized-stack";

/** A state in S3. */
export interface StateInBucket {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  readonly kmsKeyArn: string;
}

/**
 * Writes override files, which replace single arguments of a synthesized stack: https://developer.hashicorp.com/terraform/language/files/override
 */
export class Overrides {
  /** Where the state of the sandbox's stack is, in place of where main.ts has it. */
  public stateIn: "bucket" | "file" | undefined;

  /** @param olderProvider the version of the AWS provider that this machine has, where production requires a newer one */
  constructor(private readonly olderProvider: string | undefined) {}

  /** The configuration in a folder takes the provider that this machine has. */
  public allowOlderProvider(folder: string): void {
    if (this.olderProvider) {
      const aws = { source: "hashicorp/aws", version: this.olderProvider };
      override(folder, "provider", { terraform: { required_providers: { aws } } });
    }
  }

  /**
   * A provider that manages buckets does not ask for the account. From 6.23 on it takes their tags from S3 Control, at a host that begins
   * with the account (`123456789012.127.0.0.1`), and from 6.27 on without an account from S3. It gets the account by either of two
   * requests, and both have to be skipped. Nothing else in a `BootstrapStack` is made of the account that the provider knows.
   */
  public avoidS3Control(folder: string, stack: SynthesizedStack): void {
    if (stack.resources("aws_s3_bucket").length > 0) {
      const unknown = { skip_requesting_account_id: true, skip_credentials_validation: true };
      const aws = stack.config.provider?.aws?.map(({ alias }) => ({ ...(alias ? { alias } : {}), ...unknown }));
      override(folder, "account", { provider: { aws } });
    }
  }

  /** What `preventDestroy: false` in main.ts changes, for any main.ts: Terraform's own rule. */
  public allowDestroy(folder: string, stack: SynthesizedStack): void {
    const protectedSecrets = stack.protectedSecrets().map((name) => [name, { lifecycle: { prevent_destroy: false } }]);
    override(folder, "destroy", { resource: { aws_secretsmanager_secret: Object.fromEntries(protectedSecrets) } });
  }

  /** What `state` in main.ts changes. Terraform has to be initialized anew. */
  public shareState(folder: string, { bucket, key, region, kmsKeyArn }: StateInBucket): void {
    const s3 = { bucket, key, region, encrypt: true, kms_key_id: kmsKeyArn, use_lockfile: true };
    override(folder, "state", { terraform: { backend: { s3 } } });
    this.stateIn = "bucket";
  }

  /** What a stack whose state is in the user's bucket was before that bucket was there. */
  public keepState(folder: string, path: string): void {
    override(folder, "state", { terraform: { backend: { local: { path } } } });
  }
}

function override(folder: string, name: string, config: object): void {
  writeFileSync(join(folder, `zz_${name}_override.tf.json`), JSON.stringify(config));
}
