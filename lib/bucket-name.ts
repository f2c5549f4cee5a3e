import { checkProp } from "./check-prop";

/** @throws Error for a name that S3 refuses: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function checkBucketName(prop: string, name: string): void {
  const valid =
    /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name) && !/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/.test(name);
  checkProp(prop, valid, "be 3 to 63 lower-case letters, digits and hyphens, without the prefixes and suffixes that S3 reserves", name);
}
