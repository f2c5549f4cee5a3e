import { once } from "node:events";
import { createReadStream, createWriteStream, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Zip, ZipDeflate } from "fflate";
import type { Sandbox } from "../cli/rehearsal/sandbox";
import type { Terraform } from "../cli/rehearsal/terraform";

/**
 * Packs the provider of an initialized project as a registry would give it, so that an installation has to unpack it.
 *
 * @returns the path of a Terraform CLI configuration that takes it from there
 */
export async function packMirror(sandbox: Sandbox, { registry, platform }: Terraform, folder: string): Promise<string> {
  const version = await sandbox.providerVersion();
  const unpacked = join(sandbox.stackFolder, ".terraform/providers", registry, "hashicorp/aws", version, platform);
  const mirror = join(folder, registry, "hashicorp/aws");
  mkdirSync(mirror, { recursive: true });
  await pack(unpacked, join(mirror, `terraform-provider-aws_${version}_${platform}.zip`));

  const config = join(folder, "terraform.rc");
  writeFileSync(config, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(folder)}\n  }\n}\n`);
  return config;
}

async function pack(folder: string, file: string): Promise<void> {
  const output = createWriteStream(file);
  const zip = new Zip((error, chunk, final) => {
    if (error) {
      output.destroy(error);
    } else {
      output.write(chunk);
      if (final) {
        output.end();
      }
    }
  });
  for (const name of readdirSync(folder)) {
    const entry = new ZipDeflate(name, { level: 1 });
    entry.os = 3; // Unix, so that the mode counts
    entry.attrs = 0o755 << 16;
    zip.add(entry);
    for await (const chunk of createReadStream(join(folder, name), { highWaterMark: 2 ** 20 })) {
      entry.push(chunk);
    }
    entry.push(new Uint8Array(), true);
  }
  zip.end();
  await once(output, "close");
}
