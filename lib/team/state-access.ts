import { viaService } from "../region";
import type { Statement } from "./statements";

/** The states of some stacks in a bucket. */
export interface States {
  readonly bucketArn: string;
  readonly kmsKeyArn: string;
  readonly region: string;
  /** The objects' keys. */
  readonly keys: readonly string[];
}

/**
 * What Terraform's S3 backend asks of AWS: https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required
 *
 * @param may whether a lock may be made and taken away, and the state be replaced too; a plan without a lock needs neither
 */
export function stateStatements({ bucketArn, kmsKeyArn, region, keys }: States, may: "read" | "lock" | "write"): Statement[] {
  const states = keys.map((key) => `${bucketArn}/${key}`);
  const locks = states.map((state) => `${state}.tflock`);
  return [
    {
      sid: "FindState",
      effect: "Allow",
      actions: ["s3:ListBucket"],
      resources: [bucketArn],
      // Terraform looks for other workspaces, which it keeps under env:/
      condition: [{ test: "StringEquals", variable: "s3:prefix", values: ["env:/", ...keys, ...keys.map((key) => `${key}.tflock`)] }],
    },
    { sid: "UseState", effect: "Allow", actions: may === "write" ? ["s3:GetObject", "s3:PutObject"] : ["s3:GetObject"], resources: states },
    ...(may === "read"
      ? []
      : [{ sid: "LockState", effect: "Allow" as const, actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], resources: locks }]),
    {
      sid: "DecryptState",
      effect: "Allow",
      actions: may === "read" ? ["kms:Decrypt"] : ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [kmsKeyArn],
      condition: [{ test: "StringEquals", variable: "kms:ViaService", values: viaService("s3", region) }],
    },
  ];
}
