import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "../../lab/sandbox/sandbox";

/** A provider that no program names. */
export const STRANGERS_PROVIDER = "registry.terraform.io/evil/evil";

/** Puts the provider where Terraform finds it: a program that leaves a file when it runs. The sandbox's own provider is that of its last `init`. */
export function strangersProvider({ folder, stackFolder }: Sandbox): { settings: NodeJS.ProcessEnv; hasRun: () => boolean } {
  const mirror = join(folder, "strangers");
  const trace = join(folder, "stranger-has-run");
  const unpacked = join(mirror, STRANGERS_PROVIDER, "1.0.0", `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`);
  mkdirSync(unpacked, { recursive: true });
  writeFileSync(join(unpacked, "terraform-provider-evil_v1.0.0"), `#!/bin/sh\ntouch '${trace}'\n`, { mode: 0o755 });

  const config = join(folder, "strangers.rc");
  const mirrors = [
    `filesystem_mirror { path = "${mirror}"\n include = ["${STRANGERS_PROVIDER}"]\n }`,
    `filesystem_mirror { path = "${join(stackFolder, ".terraform/providers")}"\n exclude = ["${STRANGERS_PROVIDER}"]\n }`,
  ];
  writeFileSync(config, `provider_installation {\n${mirrors.join("\n")}\n}\n`);
  return { settings: { TF_CLI_CONFIG_FILE: config, CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" }, hasRun: () => existsSync(trace) };
}
