import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployedStacks } from "../../../../cli/deployed-stack";
import { printedJson } from "../../../../lab/terraform/printed-json";
import { SynthesizedStack } from "../../../../lab/terraform/synthesized-stack";

/** As OpenTofu 1.12.6 prints it to standard output, for a TF_CLI_CONFIG_FILE that does not exist. */
const WARNING = `
Warning: Unable to open CLI configuration file

The CLI configuration file at "/nope" does not exist.
`;
const OUTPUTS = JSON.stringify({ api_key_version: { sensitive: false, type: "number", value: 42 } }, undefined, 2);
const STATE = JSON.stringify({ version: 4, outputs: { api_key_version: { value: 42, type: "number" } }, resources: [] });

const folder = mkdtempSync(join(tmpdir(), "ai-key-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => delete process.env.TERRAFORM_BINARY_NAME);

/** A stand-in for OpenTofu 1.12 with a warning about its configuration. */
function install({ state }: { state: string }): string {
  const path = join(folder, "tofu");
  const script = `
    printf 'There are some problems with the CLI configuration:\\n' >&2
    cat << 'END'
${WARNING}END
    case "$*" in
      version) printf 'OpenTofu v1.12.6\\non linux_amd64\\n' ;;
      "state pull") printf '%s\\n' '${state}' ;;
    esac`;
  writeFileSync(path, `#!/bin/sh${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test.each([
  ["indented, as output -json prints it", OUTPUTS],
  ["on one line, as state pull prints it", STATE],
  ["without anything in it", "{}"],
  ["with braces in its texts", JSON.stringify({ a: "}\n{", b: { c: "{}" } }, undefined, 2)],
])("JSON is found before and after warnings: %s", (_, json) => {
  expect(printedJson(`${json}\n`)).toBe(json);
  expect(printedJson(`${WARNING}${json}\n\n`)).toBe(json);
  expect(printedJson(`${json}\n${WARNING}`)).toBe(json); // read, not run: Terraform 1.15.0 and 1.15.1
});

test.each(["", "\n", WARNING])("there is none in %j", (printed) => {
  expect(printedJson(printed)).toBe("");
});

test("the state is read, with a warning before it, and none is told from an empty one", async () => {
  mkdirSync(join(folder, "cdktf.out/stacks/ai-secret"), { recursive: true });
  const config = { resource: { aws_secretsmanager_secret: { secret: {} } } };
  const stack = new SynthesizedStack("ai-secret", config);
  writeFileSync(join(folder, "cdktf.out/stacks/ai-secret/cdk.tf.json"), JSON.stringify(config));
  writeFileSync(join(folder, "cdktf.out/manifest.json"), JSON.stringify({ stacks: { "ai-secret": {} } }));

  process.env.TERRAFORM_BINARY_NAME = install({ state: STATE });
  expect(await deployedStacks(folder)).toEqual({ deployed: [{ stack, stateText: STATE, state: JSON.parse(STATE) }], leftOut: [] });

  process.env.TERRAFORM_BINARY_NAME = install({ state: "" });
  expect(await deployedStacks(folder)).toEqual({ deployed: [{ stack, stateText: "", state: undefined }], leftOut: [] });
});
