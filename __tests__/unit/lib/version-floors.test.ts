import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, Aspects, Lazy, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { satisfies } from "semver";
import { AiKeySecret, AiKeyStack, EphemeralVariable } from "../../../lib";
import { declareTargets, TERRAFORM_VERSION } from "../../../lib/provider-floors";
import { AWS_PROVIDER_RANGE, AWS_PROVIDER_VERSION, requireVersions } from "../../../lib/version-floors";
import { ROOT } from "../../support/project";
import { AWS_PROVIDER, OwnStack, synthesized } from "../../support/synthesized";

/** What a stack with a key requires of Terraform, after `program` has run before or after the key was made. */
function required({ before = () => {}, after = () => {} }: Record<string, (stack: OwnStack) => void>) {
  const stack = new OwnStack();
  before(stack);
  new AiKeySecret(stack, "key", { apiKey: new EphemeralVariable(stack, "ai_api_key"), name: "ai/key" });
  after(stack);
  return synthesized(stack).terraform;
}

const requireProvider = (version: string) => (stack: OwnStack) => stack.addOverride("terraform.required_providers.aws.version", version);

/** Warnings of a stack, after a synth. */
function warnings(stack: TerraformStack): string[] {
  synthesized(stack);
  return stack.node.metadata.filter(({ type }) => type.includes("warn")).map(({ data }) => data);
}

test("the bindings alone pin one version of the provider", () => {
  expect(synthesized(new OwnStack()).terraform.required_providers.aws.version).toMatch(/^\d+\.\d+\.\d+$/);
});

test("the floors replace the bindings' pin", () => {
  const stack = new OwnStack();
  requireVersions(stack);

  const { terraform } = synthesized(stack);
  expect(terraform.required_version).toBe(TERRAFORM_VERSION);
  expect(terraform.required_providers.aws).toEqual({ source: AWS_PROVIDER, version: AWS_PROVIDER_VERSION });
});

test("a stack gets the floors with its first key, and whenever it has its provider", () => {
  const stack = new TerraformStack(new App({ outdir: "never-written" }), "late");
  new AiKeySecret(stack, "key", { apiKey: new EphemeralVariable(stack, "ai_api_key"), name: "ai/key" });
  new AwsProvider(stack, "aws", { region: "eu-central-1" });

  expect(synthesized(stack).terraform.required_providers.aws.version).toBe(AWS_PROVIDER_VERSION);
});

test("docs/own-stack.md has these versions", () => {
  const page = readFileSync(join(ROOT, "docs/own-stack.md"), "utf8");
  expect(page).toContain(`| \`${TERRAFORM_VERSION}\``);
  expect(page).toContain(`| \`${AWS_PROVIDER_VERSION}\``);
});

test("the providers that keys and roles can't stand are excluded, for Terraform and for npm's semver", () => {
  expect(AWS_PROVIDER_VERSION).toBe(">= 6.50.0, != 6.57.0, != 6.58.0, < 7.0.0");
  const offered = ["5.100.0", "6.25.0", "6.49.9", "6.50.0", "6.56.9", "6.57.0", "6.57.1", "6.58.0", "6.58.1", "6.71.0", "7.0.0"];
  expect(offered.filter((version) => satisfies(version, AWS_PROVIDER_RANGE))).toEqual(["6.50.0", "6.56.9", "6.57.1", "6.58.1", "6.71.0"]);
});

describe("what the stack requires itself is joined with the floors", () => {
  test.each([["= 6.60.0"], ["6.60.0"], ["~> 6.51"], [">= 6.60.0, != 6.61.0"], ["~> 6.60.1"], [">= 5.0"]])(
    "%s, before the key or after it",
    (version) => {
      const both = `${AWS_PROVIDER_VERSION}, ${version}`;
      expect(required({ before: requireProvider(version) }).required_providers.aws).toMatchObject({ version: both });
      expect(required({ after: requireProvider(version) }).required_providers.aws).toMatchObject({ version: both });
    },
  );

  test("a provider as a whole, or as a text", () => {
    const whole = { source: "example.com/mirror/aws", version: "= 6.60.0" };
    expect(required({ after: (stack) => stack.addOverride("terraform.required_providers.aws", whole) }).required_providers.aws).toEqual({
      source: "example.com/mirror/aws",
      version: `${AWS_PROVIDER_VERSION}, = 6.60.0`,
    });
    expect(
      required({ before: (stack) => stack.addOverride("terraform.required_providers.aws", "= 6.60.0") }).required_providers.aws,
    ).toEqual({
      source: expect.anything(),
      version: `${AWS_PROVIDER_VERSION}, = 6.60.0`,
    });
  });

  test("the version of Terraform", () => {
    const requireTerraform = (stack: OwnStack) => stack.addOverride("terraform.required_version", "~> 1.12");
    expect(required({ before: requireTerraform })).toMatchObject({ required_version: ">= 1.11.0, ~> 1.12" });
    expect(required({ after: requireTerraform })).toMatchObject({ required_version: ">= 1.11.0, ~> 1.12" });
  });

  test("by an aspect of the stack", () => {
    const aspect = { visit: (node: IConstruct) => node instanceof OwnStack && requireProvider("= 6.60.0")(node) };
    const both = { version: `${AWS_PROVIDER_VERSION}, = 6.60.0` };
    expect(required({ before: (stack) => Aspects.of(stack).add(aspect) }).required_providers.aws).toMatchObject(both);
    expect(required({ after: (stack) => Aspects.of(stack).add(aspect) }).required_providers.aws).toMatchObject(both);
  });

  test("a text that is known at synth alone", () => {
    const version = Lazy.stringValue({ produce: () => "= 6.60.0" });
    expect(required({ after: requireProvider(version) }).required_providers.aws.version).toBe(`${AWS_PROVIDER_VERSION}, = 6.60.0`);
  });

  test("once, however often the program is synthesized", () => {
    const stack = new OwnStack();
    requireVersions(stack);
    requireProvider("= 6.60.0")(stack);
    synthesized(stack);

    expect(synthesized(stack).terraform.required_providers.aws.version).toBe(`${AWS_PROVIDER_VERSION}, = 6.60.0`);
  });

  test("nothing else of the stack changes, nor other providers", () => {
    const docker = { source: "kreuzwerker/docker", version: "3.6.2" };
    const { required_providers } = required({ before: (stack) => stack.addOverride("terraform.required_providers.docker", docker) });
    expect(required_providers.docker).toEqual(docker);
  });
});

describe("a stack whose provider no key can have", () => {
  test.each([["~> 5.90"], ["5.100.0"], ["< 6.0"], [">= 5.0, < 6.50"], ["~> 6.40.0"], ["6.57.0"], [">= 7.0.0"]])("fails: %s", (version) => {
    expect(() => required({ after: requireProvider(version) })).toThrow(
      `The stack own requires the AWS provider "${version}", and its key one of ${AWS_PROVIDER_VERSION}: no version is both. Give the key a stack of its own`,
    );
  });

  test("is not judged by what only Terraform can read", () => {
    expect(required({ after: requireProvider("a future syntax") }).required_providers.aws.version).toContain("a future syntax");
  });
});

describe("bindings for another major version of the provider", () => {
  const pinned = (version: string) =>
    class extends AwsProvider {
      public override readonly terraformGeneratorMetadata = { providerName: "aws", providerVersion: version };
    };
  const host = (version: string) => {
    const stack = new TerraformStack(new App({ outdir: "never-written" }), "host");
    new (pinned(version))(stack, "aws");
    new AiKeySecret(stack, "key", { apiKey: new EphemeralVariable(stack, "ai_api_key"), name: "ai/key" });
    return stack;
  };

  test("warn in a stack that has other things, and name what changes", () => {
    expect(warnings(host("5.100.0"))).toEqual([
      expect.stringMatching(
        /^The bindings pin the AWS provider 5\.100\.0; with a key in it, this stack takes >= 6\.50\.0.* for all of its resources\./,
      ),
    ]);
  });

  test("do not warn where the stack says a version itself, is made for keys, or has the same major version", () => {
    const decided = host("5.100.0");
    decided.addOverride("terraform.required_providers.aws.version", ">= 5.0");

    expect(warnings(decided)).toEqual([]);
    expect(warnings(host("6.0.0"))).toEqual([]);
    expect(warnings(new AiKeyStack(new App({ outdir: "never-written" }), "keys"))).toEqual([]);
  });
});

test("a secret says which versions it is for, where CDK Terrain looks for it", () => {
  const secret = new Construct(new OwnStack(), "secret");
  declareTargets(secret);

  expect(secret.node.getContext("targetVersions")).toEqual({ terraform: ">= 1.11.0", opentofu: ">= 1.11.0" });
});

test("what the project says holds", () => {
  const project = new Construct(new OwnStack(), "project");
  project.node.setContext("targetVersions", { opentofu: ">=1.12.0" });
  const secret = new Construct(project, "secret");
  declareTargets(secret);

  expect(secret.node.getContext("targetVersions")).toEqual({ opentofu: ">=1.12.0" });
});
