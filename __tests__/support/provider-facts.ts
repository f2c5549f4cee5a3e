/** What the AWS provider does from one version on, and what this project does about it. */
export interface ProviderFact {
  /** The versions that do it, as a range. */
  readonly versions: string;
  readonly fact: string;
  /** Where it was read: a symbol of the provider's Go sources (internal/…), or an issue of its repository. Or `run`, where a test runs it. */
  readonly source: string;
  /** What follows from it here. */
  readonly here: string;
  /** The file and the title of a test that holds it. */
  readonly test: readonly [file: string, title: string];
  /** The right that a role needs for it. */
  readonly action?: string;
}

/**
 * Most tests run an older provider than production requires, where the registry can't be reached: what only the sources tell stands here.
 * docs/design.md shows the table.
 */
export const PROVIDER_FACTS: readonly ProviderFact[] = [
  {
    versions: "all",
    fact: "`data.aws_lambda_function` writes the function's environment variables to plan and state; from 6.9.0 on it calls `GetFunctionConcurrency` too",
    source: "run; service/lambda `dataSourceFunctionRead`",
    here: "a rotation function is never looked up",
    test: [
      "__tests__/unit/lib/secret/rotation.test.ts",
      "the function is never looked up: its environment variables would be in plan and state",
    ],
  },
  {
    versions: "all",
    fact: "a version of a secret that AWS has deleted is stored anew, and a change of `version_stages` moves AWSCURRENT back to the version",
    source: "run; service/secretsmanager `resourceSecretVersionRead`, `resourceSecretVersionUpdate`",
    here: "the version has a label of its own, which AWS keeps, and changes of labels are ignored",
    test: [
      "__tests__/unit/lib/ai-key-secret.test.ts",
      "a stored version is current, and has a label of its own that keeps AWS from deleting it; where labels move later is not Terraform's",
    ],
  },
  {
    versions: "all",
    fact: "before a version is replaced or destroyed, each of its labels but AWSCURRENT is removed by `UpdateSecretVersionStage`",
    source: "run; service/secretsmanager `resourceSecretVersionDelete`",
    here: "the deploy role may move labels",
    test: [
      "__tests__/unit/role-matrix.test.ts",
      "the deploy role may take a label from a version, which the provider does before it replaces one",
    ],
  },
  {
    versions: "all",
    fact: "another `secret_string_wo_version` makes a new version, whose id is unknown in the plan",
    source: "run; service/secretsmanager `secretVersionForceNewCustomDiff`",
    here: "a check of what is known only after a rotation stands on the version",
    test: [
      "__tests__/unit/lib/secret/replica.test.ts",
      "Terraform refuses a copy that AWS could not make once a new key is stored, whose version is unknown until then",
    ],
  },
  {
    versions: "< 6.26.0",
    fact: "a write-only version of a secret is read by `GetSecretValue`",
    source: "run; service/secretsmanager `resourceSecretVersionRead`",
    here: "the version floor is above it",
    test: [
      "__tests__/unit/lib/version-floors.test.ts",
      "the providers that keys and roles can't stand are excluded, for Terraform and for npm's semver",
    ],
  },
  {
    versions: ">= 6.0.0",
    fact: "a resource stays in the region that the state has when the provider's region changes, and an import takes the region of the ARN",
    source: "provider/sdkv2 `defaultRegion`, provider/sdkv2/importer `RegionalARN`",
    here: "a changed region is refused when planned",
    test: ["__tests__/e2e/region.test.ts", "a changed region is refused when planned, and nothing is changed"],
  },
  {
    versions: ">= 6.23.0",
    fact: "a bucket's tags are sent within `CreateBucket`",
    source: "service/s3 `resourceBucketCreate`",
    here: "no check of a rehearsal fails for an emulator that drops them, and the report says so",
    test: [
      "__tests__/e2e/local-aws.test.ts",
      "the tags that come with a bucket's creation, as AWS provider 6.23 and newer send them, are dropped",
    ],
  },
  {
    versions: ">= 6.23.0",
    fact: "a bucket's tags are read through S3 Control, whose endpoint rules put the account before the host; from 6.27.0 on not by a provider that knows no account",
    source: "service/s3 `servicePackage.ListTags`",
    here: "in a rehearsal, the provider of a stack with a bucket does not ask for the account",
    test: [
      "__tests__/unit/lab/sandbox/sandbox.test.ts",
      "where a stack has a bucket, and there alone, its provider does not ask for the account",
    ],
  },
  {
    versions: ">= 6.47.0",
    fact: "`data.aws_region` deprecates `id`, as `name` since 6.0.0",
    source: "service/meta `regionDataSource.Schema`",
    here: "the region is read off the endpoint",
    test: [
      "__tests__/unit/lib/secret/replica.test.ts",
      "read, not run: AWS provider 6.0 deprecates the region's name, 6.47 its id, and neither its endpoint",
    ],
  },
  {
    versions: ">= 6.26.0",
    fact: "a write-only version of a secret is created, read and deleted by `ListSecretVersionIds`; a denial is an error",
    source: "service/secretsmanager `findSecretVersionEntryByTwoPartKey`",
    here: "each role may list the versions of its secrets",
    test: [
      "__tests__/unit/role-matrix.test.ts",
      "read, not run: each role may list the versions of a secret, which newer providers do to plan",
    ],
    action: "secretsmanager:ListSecretVersionIds",
  },
  {
    versions: ">= 6.45.0 <= 6.49.0",
    fact: "a write-only version of a secret is planned inconsistently",
    source: "CHANGELOG of the provider",
    here: "the version floor is above it",
    test: [
      "__tests__/unit/lib/version-floors.test.ts",
      "the providers that keys and roles can't stand are excluded, for Terraform and for npm's semver",
    ],
  },
  {
    versions: "6.57.0",
    fact: "bodies of requests are mixed up: a key can reach another request",
    source: "hashicorp/terraform-provider-aws#49173, #49181",
    here: "excluded: it was withdrawn, but mirrors and lock files keep it",
    test: [
      "__tests__/unit/lib/version-floors.test.ts",
      "the providers that keys and roles can't stand are excluded, for Terraform and for npm's semver",
    ],
  },
  {
    versions: "6.58.0",
    fact: "an SSM parameter of one level, such as /arn, is made anew by each deploy",
    source: "hashicorp/terraform-provider-aws#49304",
    here: "excluded",
    test: [
      "__tests__/unit/lib/version-floors.test.ts",
      "the providers that keys and roles can't stand are excluded, for Terraform and for npm's semver",
    ],
  },
];

/** The first version of the provider that makes a call; "0.0.0" where every version does. */
export function calledSince(action: string): string {
  const range = PROVIDER_FACTS.find((fact) => fact.action === action)?.versions ?? "";
  return range.match(/^>= (\S+)$/)?.[1] ?? "0.0.0";
}
