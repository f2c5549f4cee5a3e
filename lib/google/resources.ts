import { type TerraformMetaArguments, TerraformProvider, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { GOOGLE_PROVIDER_VERSION } from "./version-floor";

const DOCS = "https://registry.terraform.io/providers/hashicorp/google/7.45.0/docs/resources";

/**
 * The resources of the Google provider that are made here, and the arguments that they get. Provider 6.50.0 has all of them too. Bindings
 * for the whole provider would be 307 MB more to install.
 */
export const GOOGLE_RESOURCES = {
  google_secret_manager_secret: {
    arguments: ["secret_id", "labels", "replication", "version_destroy_ttl", "topics", "rotation", "timeouts"],
    page: `${DOCS}/secret_manager_secret`,
  },
  google_secret_manager_secret_version: {
    arguments: ["secret", "secret_data_wo", "secret_data_wo_version", "deletion_policy", "timeouts"],
    page: `${DOCS}/secret_manager_secret_version`,
  },
  google_secret_manager_secret_iam_policy: { arguments: ["secret_id", "policy_data"], page: `${DOCS}/secret_manager_secret_iam` },
  google_secret_manager_secret_iam_member: { arguments: ["secret_id", "role", "member"], page: `${DOCS}/secret_manager_secret_iam` },
} as const;

type GoogleType = keyof typeof GOOGLE_RESOURCES;

/** A list holds blocks. */
type Value = string | number | Readonly<Record<string, string>> | readonly Block[] | undefined;

interface Block {
  readonly [argument: string]: Value;
}

type Arguments<T extends GoogleType> = { readonly [argument in (typeof GOOGLE_RESOURCES)[T]["arguments"][number]]?: Value };

const GENERATED = { providerName: "google", providerVersionConstraint: GOOGLE_PROVIDER_VERSION };

/** A resource of the Google provider, with its arguments as Terraform names them. */
export class GoogleResource<T extends GoogleType> extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    type: T,
    private readonly given: Arguments<T>,
    meta: TerraformMetaArguments = {},
  ) {
    super(scope, id, { ...meta, terraformResourceType: type, terraformGeneratorMetadata: GENERATED });
  }

  protected override synthesizeAttributes(): Block {
    return { ...this.given };
  }

  protected override synthesizeHclAttributes(): Readonly<Record<string, object>> {
    return hclOf({ ...this.given });
  }
}

export interface GoogleProviderConfig {
  /** The id of the Google Cloud project, such as `acme-ai`. */
  readonly project: string;
}

/** The Google provider, for a stack that has no bindings of it. Its credentials come from the environment. */
export class GoogleProvider extends TerraformProvider {
  constructor(
    scope: Construct,
    id: string,
    private readonly config: GoogleProviderConfig,
  ) {
    super(scope, id, {
      terraformResourceType: "google",
      terraformGeneratorMetadata: GENERATED,
      terraformProviderSource: "hashicorp/google",
    });
  }

  protected override synthesizeAttributes(): Block {
    return { project: this.config.project };
  }

  protected override synthesizeHclAttributes(): Readonly<Record<string, object>> {
    return hclOf(this.synthesizeAttributes());
  }
}

/** What cdktf makes plain HCL of, as generated bindings say it. */
function hclOf(block: Block): Readonly<Record<string, object>> {
  const given = Object.entries(block).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, hclValue(value)]));
}

function hclValue(value: Value): object {
  if (isList(value)) {
    return { value: value.map(hclOf), isBlock: true, type: "list", storageClassType: "blockList" };
  }
  return typeof value === "object"
    ? { value, isBlock: false, type: "map", storageClassType: "stringMap" }
    : { value, isBlock: false, type: "simple", storageClassType: typeof value };
}

/** `Array.isArray` knows no list that can't be written. */
function isList(value: Value): value is readonly Block[] {
  return Array.isArray(value);
}
