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
 * @param write whether the state may be replaced; to lock it is allowed to all, as a plan does
 */
export function stateStatements({ bucketArn, kmsKeyArn, region, keys }: States, write: boolean): Statement[] {
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
    { sid: "UseState", effect: "Allow", actions: write ? ["s3:GetObject", "s3:PutObject"] : ["s3:GetObject"], resources: states },
    { sid: "LockState", effect: "Allow", actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], resources: locks },
    {
      sid: "DecryptState",
      effect: "Allow",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [kmsKeyArn],
      condition: [{ test: "StringEquals", variable: "kms:ViaService", values: viaService("s3", region) }],
    },
  ];
}
