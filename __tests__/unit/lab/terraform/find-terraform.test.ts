import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTerraform } from "../../../../lab/terraform/find-terraform";

const PATH = process.env.PATH;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ai-key-test-"));
  process.env.PATH = `${folder}:/usr/bin:/bin`;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  process.env.PATH = PATH;
  delete process.env.TERRAFORM_BINARY_NAME;
});

/** A stand-in that prints what `version` does: https://opentofu.org/docs/cli/commands/version */
function install(name: string, printed: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\ntest "$*" = version && cat << 'END'\n${printed}\nEND\n`);
  chmodSync(path, 0o755);
  return path;
}

test("Terraform is found, and where its providers come from", async () => {
  const path = install("terraform", "Terraform v1.11.4\non linux_amd64");

  expect(await findTerraform()).toEqual({
    path,
    product: "Terraform",
    version: "1.11.4",
    platform: "linux_amd64",
    registry: "registry.terraform.io",
  });
});

test("OpenTofu is found by its own name, with Terraform beside it", async () => {
  install("terraform", "Terraform v1.11.4\non linux_amd64");
  const path = install("tofu", "OpenTofu v1.11.1\non darwin_arm64\n+ provider registry.opentofu.org/hashicorp/aws v6.66.0");
  process.env.TERRAFORM_BINARY_NAME = "tofu";

  expect(await findTerraform()).toEqual({
    path,
    product: "OpenTofu",
    version: "1.11.1",
    platform: "darwin_arm64",
    registry: "registry.opentofu.org",
  });
});

test("what a program says counts, not what its file is called", async () => {
  install("terraform", "OpenTofu v1.12.0\non linux_amd64");
  expect(await findTerraform()).toMatchObject({ product: "OpenTofu", registry: "registry.opentofu.org" });

  process.env.TERRAFORM_BINARY_NAME = install("tofu", "Terraform v1.12.0\non linux_amd64");
  expect(await findTerraform()).toMatchObject({ product: "Terraform", registry: "registry.terraform.io" });
});

test("OpenTofu 1.12 is found, which prints warnings about its configuration first", async () => {
  install("terraform", "\nWarning: Unable to open CLI configuration file\n\nOpenTofu v1.12.6\non linux_amd64");
  expect(await findTerraform()).toMatchObject({ product: "OpenTofu", version: "1.12.6", platform: "linux_amd64" });
});

test.each(["Terraform v1.10.5", "OpenTofu v1.10.9"])("fails for %s, which has no write-only arguments", async (version) => {
  install("terraform", `${version}\non linux_amd64`);
  await expect(findTerraform()).rejects.toThrow(
    /^(Terraform|OpenTofu) 1\.11\.0 or newer is needed, for write-only arguments; .* is 1\.10\.\d/,
  );
});

test("fails for a missing program, and for another one", async () => {
  process.env.TERRAFORM_BINARY_NAME = "tofu";
  await expect(findTerraform()).rejects.toThrow("tofu was not found on PATH. Install Terraform 1.11.0 or newer");

  install("tofu", "soy v4");
  await expect(findTerraform()).rejects.toThrow('is neither Terraform nor OpenTofu: its command version printed "soy v4\\n".');
});
