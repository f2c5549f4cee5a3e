import { ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { KeyScanner } from "../../lab/leak-proof/key-scanner";
import { managedResources } from "../../lab/terraform/state";
import { text } from "../../lab/terraform/synthesized-stack";
import { awsConfig } from "../aws/aws-config";
import { unlessDenied } from "../aws/aws-error";
import type { DeployedStack } from "../deployed-stack";
import { type Check, check } from "./check";

/**
 * Whether a state is without a key: known ones are looked for in every form, and those that nobody told where Terraform would put them.
 *
 * @param keys known keys, each by its name
 */
export function stateCheck(
  { state, stateText }: Pick<DeployedStack, "state" | "stateText">,
  keys: Readonly<Record<string, string>>,
): Check {
  const found = new KeyScanner(keys).scan("the state", Buffer.from(stateText));
  const versions = state?.resources.filter(({ type }) => type === "aws_secretsmanager_secret_version") ?? [];
  const withValue = versions.filter(({ instances }) =>
    instances.some(({ attributes }) => attributes.secret_string || attributes.secret_binary || attributes.secret_string_wo),
  );
  const problems = [...new Set(found.map(({ key }) => key)), ...withValue.map(({ type, name }) => `the value of ${type}.${name}`)];
  const asked = Object.keys(keys).length > 0 ? "" : ", as far as its fields say: no key is at hand to look for";
  return check(
    "State",
    problems.length === 0,
    problems.length === 0 ? `holds no key${asked}` : `holds ${problems.join(", ")}: see "A state that holds a key" in docs/ops.md`,
  );
}

/** Nothing where all is well: what a cut-off deploy has made but not read yet, Terraform would destroy and make anew. */
export function taintedChecks({ stack, state }: Pick<DeployedStack, "stack" | "state">, folder: string): Check[] {
  const tainted = managedResources(state)
    .filter(({ instances }) => instances.some(({ status }) => status === "tainted"))
    .map(({ type, name }) => `${type}.${name}`);
  const commands = tainted.map((address) => `terraform untaint '${address}'`).join(" && ");
  const text = `${stack.name} would be made anew in part, as its last deploy was cut off. In ${folder}: ${commands}`;
  return tainted.length > 0 ? [check("Tainted", false, text)] : [];
}

/** What became of a shared state that is not there: undefined before the first deploy, and for a state that is there or in a file. */
export async function lostStateCheck({ stack, state }: Pick<DeployedStack, "stack" | "state">): Promise<Check | undefined> {
  const { bucket, key, region } = stack.config.terraform?.backend?.s3 ?? {};
  const s3 = { bucket: text(bucket), key: text(key), region: text(region) };
  if (state || s3.bucket === undefined || s3.key === undefined) {
    return undefined;
  }
  const hasVersions = await unlessDenied(() => hasVersionsOf(s3.bucket, s3.key, s3.region));
  const advice = 'see "A lost or damaged state" in docs/ops.md';
  return hasVersions ? check("State", false, `there is none, but ${s3.bucket} has older versions of ${s3.key}: ${advice}`) : undefined;
}

async function hasVersionsOf(bucket: string | undefined, key: string | undefined, region: string | undefined): Promise<boolean> {
  const client = new S3Client({ ...awsConfig("", region), forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL) }); // as a loopback address has no subdomains
  try {
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }));
    return Versions.some(({ Key }) => Key === key);
  } finally {
    client.destroy();
  }
}
