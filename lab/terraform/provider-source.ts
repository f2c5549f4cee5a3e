import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { maxSatisfying, rsort, valid } from "semver";
import { AWS_PROVIDER_RANGE } from "../../lib/version-floors";
import type { Terraform } from "./find-terraform";

/** A provider of HashiCorp's that stacks require. */
export interface RequiredProvider {
  /** As in its address: https://developer.hashicorp.com/terraform/language/providers/requirements#source-addresses */
  readonly type: string;
  /** As it writes itself. */
  readonly name: string;
  /** The versions that the production configuration accepts, and those that can stand in for them. */
  readonly accepted: string;
  readonly usable: string;
}

const AWS: RequiredProvider = {
  type: "aws",
  name: "AWS",
  accepted: AWS_PROVIDER_RANGE,
  usable: ">=5.88.0", // the first one with `secret_string_wo`: https://github.com/hashicorp/terraform-provider-aws/pull/41371
};

/** Where a provider comes from. */
export interface ProviderSource {
  /** For the report, such as `from registry.terraform.io`. */
  readonly description: string;
  /** A Terraform CLI configuration for the children; undefined: the user's own. */
  readonly cliConfig?: string;
  /** The provider version to run where the mirror has none that the production configuration accepts. */
  readonly olderVersion?: string;
}

/**
 * Finds a provider: the mirror that `TF_PROVIDER_MIRROR` names, else the registry, where it can be reached, else a mirror in one
 * of the usual folders, else whatever the user's own CLI configuration says.
 *
 * @throws Error when there is none, with what to do
 */
export async function findProviderSource(terraform: Terraform, provider: RequiredProvider = AWS): Promise<ProviderSource> {
  const named = process.env.TF_PROVIDER_MIRROR;
  if (named) {
    const source = fromMirror(named, terraform, provider);
    if (!source) {
      throw new Error(
        `TF_PROVIDER_MIRROR must name a folder with ${terraform.registry}/hashicorp/${provider.type} for ${terraform.platform}, version ${provider.usable}, and no symbolic link on that path, which Terraform ignores; got ${named}. ` +
          `Make one where there is network: ${basename(terraform.path)} providers mirror FOLDER`,
      );
    }
    return source;
  }

  if (await isReachable(terraform.registry)) {
    return { description: `from ${terraform.registry}` };
  }
  const mirrored = mirrorFolders()
    .map((folder) => fromMirror(folder, terraform, provider))
    .find(Boolean);
  if (mirrored) {
    return mirrored;
  }
  const userConfig = userCliConfig(terraform);
  if (userConfig) {
    return { description: `as ${userConfig} says` };
  }
  throw new Error(
    `The ${provider.name} provider can't be had: ${terraform.registry} can't be reached, and no mirror of it was found. Connect to the network, or make a ` +
      `mirror where there is network (${basename(terraform.path)} providers mirror FOLDER), copy it here and set TF_PROVIDER_MIRROR=FOLDER.`,
  );
}

/** Terraform's implied mirrors, and one level under /opt, where machine images put theirs. */
function mirrorFolders(): string[] {
  const opt = existsSync("/opt") ? readdirSync("/opt").map((name) => join("/opt", name)) : [];
  return [join(homedir(), ".terraform.d/plugins"), "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins", ...opt];
}

function fromMirror(mirror: string, terraform: Terraform, { type, ...versions }: RequiredProvider): ProviderSource | undefined {
  const found = mirroredVersions(mirror, terraform, type);
  const accepted = maxSatisfying(found, versions.accepted);
  const version = accepted ?? maxSatisfying(found, versions.usable);
  if (!version) {
    return undefined;
  }

  const address = `${terraform.registry}/hashicorp/${type}`;
  return {
    description: `${version} from the mirror ${mirror}`,
    cliConfig: [
      "provider_installation {",
      `  filesystem_mirror {\n    path    = ${JSON.stringify(mirror)}\n    include = ["${address}"]\n  }`,
      `  direct {\n    exclude = ["${address}"]\n  }`,
      "}\n",
    ].join("\n"),
    ...(accepted ? {} : { olderVersion: version }),
  };
}

/**
 * The versions in a mirror, unpacked (VERSION/PLATFORM/) or packed (terraform-provider-TYPE_VERSION_PLATFORM.zip), newest first. As Terraform
 * reads it: the mirror itself may be a symbolic link, and what has a platform in its name; a link between them is ignored.
 * https://github.com/hashicorp/terraform/blob/v1.11.4/internal/getproviders/filesystem_search.go
 */
function mirroredVersions(mirror: string, { registry, platform }: Terraform, type: string): string[] {
  const path = join(registry, "hashicorp", type);
  const folder = join(mirror, path);
  if (!existsSync(folder) || realpathSync(folder) !== join(realpathSync(mirror), path)) {
    return [];
  }
  const versions = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const { name } = entry;
    const packed = name.match(/^terraform-provider-(\w+)_(.+?)_(.+)\.zip$/);
    const unpacked = entry.isDirectory() && existsSync(join(folder, name, platform));
    const version = packed?.[1] === type && packed[3] === platform ? packed[2] : unpacked ? name : undefined;
    return valid(version) && version ? [version] : [];
  });
  return rsort(versions);
}

async function isReachable(registry: string): Promise<boolean> {
  if (process.env.HTTPS_PROXY || process.env.https_proxy) {
    return mirrorFolders().every((folder) => !existsSync(join(folder, registry)));
  }
  try {
    const response = await fetch(`https://${registry}/.well-known/terraform.json`, { signal: AbortSignal.timeout(5_000) });
    return response.ok;
  } catch {
    return false;
  }
}

/** The user's own CLI configuration, where it says how to install providers: https://opentofu.org/docs/cli/config/config-file */
function userCliConfig({ product }: Terraform): string | undefined {
  const names = product === "OpenTofu" ? [".tofurc", ".terraformrc"] : [".terraformrc"];
  const path = process.env.TF_CLI_CONFIG_FILE || names.map((name) => join(homedir(), name)).find((file) => existsSync(file));
  return path && existsSync(path) && readFileSync(path, "utf8").includes("provider_installation") ? path : undefined;
}
