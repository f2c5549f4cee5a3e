import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProviderSource } from "../../../../lab/terraform/provider-source";

const folder = mkdtempSync(join(tmpdir(), "ai-key-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => delete process.env.TF_PROVIDER_MIRROR);

const terraform = {
  path: "terraform",
  product: "Terraform",
  version: "1.11.4",
  platform: "linux_amd64",
  registry: "registry.terraform.io",
} as const;

/** A mirror with these providers: VERSION unpacked, VERSION.zip packed, for a platform other than linux_amd64 with @PLATFORM. */
function mirrorWith(...providers: string[]): string {
  const mirror = mkdtempSync(join(folder, "mirror-"));
  const aws = join(mirror, "registry.terraform.io/hashicorp/aws");
  mkdirSync(aws, { recursive: true });
  for (const provider of providers) {
    const [name = "", platform = "linux_amd64"] = provider.split("@");
    if (name.endsWith(".zip")) {
      writeFileSync(join(aws, `terraform-provider-aws_${name.replace(".zip", "")}_${platform}.zip`), "");
    } else {
      mkdirSync(join(aws, name, platform), { recursive: true });
    }
  }
  return mirror;
}

function sourceIn(mirror: string) {
  process.env.TF_PROVIDER_MIRROR = mirror;
  return findProviderSource(terraform);
}

test("the newest provider that the production configuration accepts is taken", async () => {
  const mirror = mirrorWith("5.100.0", "6.50.0", "6.71.0", "7.0.0");
  const source = await sourceIn(mirror);

  expect(source).toMatchObject({ description: `6.71.0 from the mirror ${mirror}` });
  expect(source.olderVersion).toBeUndefined();
  expect(source.cliConfig).toContain(JSON.stringify(mirror));
});

test.each(["6.57.0", "6.58.0"])("a bad release is not taken: %s", async (version) => {
  expect(await sourceIn(mirrorWith("6.50.1", version))).toMatchObject({ description: expect.stringContaining("6.50.1 from") });
  expect(await sourceIn(mirrorWith("5.100.0", "6.49.0", "7.0.0"))).toMatchObject({ olderVersion: "7.0.0" });
});

test("a packed mirror is read too, and other platforms' providers are not", async () => {
  expect(await sourceIn(mirrorWith("6.60.0.zip", "6.71.0@darwin_arm64", "6.72.0.zip@darwin_arm64"))).toMatchObject({
    description: expect.stringContaining("6.60.0"),
  });
});

test.each([
  "registry.terraform.io",
  "registry.terraform.io/hashicorp",
  "registry.terraform.io/hashicorp/aws",
  "registry.terraform.io/hashicorp/aws/6.71.0",
])("fails for a mirror whose %s is a symbolic link, which Terraform ignores", async (path) => {
  const mirror = mirrorWith("6.71.0");
  renameSync(join(mirror, path), join(mirror, "elsewhere"));
  symlinkSync(join(mirror, "elsewhere"), join(mirror, path));

  await expect(sourceIn(mirror)).rejects.toThrow("TF_PROVIDER_MIRROR must name a folder");
});

test("a mirror may be a symbolic link, and so may a platform and a package", async () => {
  const mirror = mirrorWith("6.71.0");
  const aws = join(mirror, "registry.terraform.io/hashicorp/aws");
  renameSync(join(aws, "6.71.0/linux_amd64"), join(mirror, "unpacked"));
  symlinkSync(join(mirror, "unpacked"), join(aws, "6.71.0/linux_amd64"));
  symlinkSync(mirror, join(folder, "link"));
  expect(await sourceIn(join(folder, "link"))).toMatchObject({ description: `6.71.0 from the mirror ${join(folder, "link")}` });

  writeFileSync(join(mirror, "packed.zip"), "");
  symlinkSync(join(mirror, "packed.zip"), join(aws, "terraform-provider-aws_6.72.0_linux_amd64.zip"));
  expect(await sourceIn(mirror)).toMatchObject({ description: `6.72.0 from the mirror ${mirror}` });
});

test("where there is an older one only, the floor is replaced by exactly that version", async () => {
  expect(await sourceIn(mirrorWith("5.99.0", "5.100.0"))).toMatchObject({ olderVersion: "5.100.0" });
});

test("another provider is found by its own name and versions", async () => {
  const mirror = mirrorWith("6.71.0");
  const google = join(mirror, "registry.terraform.io/hashicorp/google");
  mkdirSync(join(google, "6.49.0/linux_amd64"), { recursive: true });
  writeFileSync(join(mirror, "registry.terraform.io/hashicorp/google/terraform-provider-google_7.45.0_linux_amd64.zip"), "");
  process.env.TF_PROVIDER_MIRROR = mirror;
  const range = ">=6.49.1 <8.0.0";

  const source = await findProviderSource(terraform, { type: "google", name: "Google", accepted: range, usable: range });
  expect(source).toMatchObject({ description: `7.45.0 from the mirror ${mirror}`, cliConfig: expect.stringContaining("hashicorp/google") });
  expect(source.cliConfig).not.toContain("hashicorp/aws");
});

test("the registry is never asked for a mirrored provider", async () => {
  const { cliConfig } = await sourceIn(mirrorWith("6.71.0"));
  expect(cliConfig).toMatch(/direct \{\n +exclude = \["registry\.terraform\.io\/hashicorp\/aws"\]/);
});

test.each([[["5.0.0"]], [["6.71.0@darwin_arm64"]], [[]]])("fails for a named mirror with %j", async (providers) => {
  const mirror = mirrorWith(...providers);
  await expect(sourceIn(mirror)).rejects.toThrow("TF_PROVIDER_MIRROR must name a folder with registry.terraform.io/hashicorp/aws");
  await expect(sourceIn(mirror)).rejects.toThrow("terraform providers mirror FOLDER");
});
