import { checkArn } from "./arn";

/** @throws Error for anything but a KMS key's own ARN: IAM policies can't name a key by its alias */
export function checkKmsKeyArn(prop: string, arn: string): void {
  const pattern = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;
  checkArn(prop, arn, pattern, "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab");
}
