import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { otherValues } from "../../../../lab/terraform/other-values";

const root = mkdtempSync(join(tmpdir(), "ai-key-test-"));
const STACK = "cdktf.out/stacks/ai-secret";
const { env } = process;

beforeAll(() => mkdirSync(join(root, STACK), { recursive: true }));
afterAll(() => rmSync(root, { recursive: true }));
afterEach(() => {
  process.env = env;
});

test("all files that Terraform and OpenTofu load by themselves are found, in the folders that Terraform and cdktf load them from", () => {
  for (const name of ["terraform.tfvars", "terraform.tfvars.json", "terraform.tofuvars", "a.auto.tfvars", "b.auto.tfvars.json"]) {
    for (const path of [name, join(STACK, name)]) {
      writeFileSync(join(root, path), "");
      expect(otherValues(root, STACK)).toEqual([path]);
      rmSync(join(root, path));
    }
  }
});

test("files that somebody has to name are none, and a folder that is not there has none", () => {
  for (const name of ["production.tfvars", "terraform.tfvars.example", "auto.tfvars.txt"]) {
    writeFileSync(join(root, STACK, name), "");
  }
  expect(otherValues(root, STACK)).toEqual([]);
  expect(otherValues(root, "cdktf.out/stacks/none")).toEqual([]);
});

test.each([
  ["TF_CLI_ARGS", "-var ai_api_key=x"],
  ["TF_CLI_ARGS_plan", "-lock=false -var-file=x.tfvars"],
  ["TF_CLI_ARGS_apply", "'--var=ai_api_key=x'"],
])("%s is one with %s", (name, value) => {
  process.env = { ...env, [name]: value };
  expect(otherValues(root, STACK)).toEqual([name]);
});

test("other options are none", () => {
  process.env = { ...env, TF_CLI_ARGS_plan: "-lock=false -out=my-vars", TF_CLI_ARGS_init: "-reconfigure" };
  expect(otherValues(root, STACK)).toEqual([]);
});
