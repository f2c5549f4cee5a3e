import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AiKeyNames, namesOf, providerOf } from "../../lib/key/names";
import { rulesSaying } from "../../lib/key/rules";
import type { KeyRule } from "../../lib/key/validations";

/** A block of Terraform's configuration, by its arguments. */
export type Block = Readonly<Record<string, unknown>>;

/** Blocks of one type, by the name that each has in Terraform. */
export type Blocks = Readonly<Record<string, Block>>;

/** The parts of a stack's configuration that are read here: https://developer.hashicorp.com/terraform/language/syntax/json */
export interface StackConfig {
  readonly terraform?: Block & { readonly backend?: { readonly s3?: Block } };
  readonly variable?: Blocks;
  readonly check?: Blocks;
  readonly output?: Blocks;
  readonly import?: readonly Block[];
  readonly provider?: { readonly aws?: readonly Block[] };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
}

export type Resource = Block & { readonly lifecycle?: Block };

/** A variable with a key, and where it is in its secret. */
export interface StoredVariable {
  readonly variable: string;
  /** The name of its field in a JSON body; undefined where the secret holds the key alone. */
  readonly field: string | undefined;
}

/** A stack as cdktf has written it. */
export class SynthesizedStack {
  /** @param name the stack's id */
  constructor(
    public readonly name: string,
    public readonly config: StackConfig,
  ) {}

  /** The resources of a type, each with its name in Terraform. */
  public resources(type: string): [name: string, resource: Resource][] {
    return Object.entries(this.config.resource?.[type] ?? {});
  }

  /** The names of the variables that reach neither state nor plan. */
  public ephemeralVariables(): string[] {
    const { variable = {} } = this.config;
    return Object.keys(variable).filter((name) => variable[name]?.ephemeral);
  }

  /** What Terraform refuses as a key, or warns of, in this variable of the stack; a program's own validations are not among it. */
  public keyRules(variable: string): KeyRule[] {
    const { variable: variables, check = {} } = this.config;
    const conditions = [variables?.[variable]?.validation, ...Object.values(check).map(({ assert }) => assert)].flatMap(blocks);
    return rulesSaying(variable, texts(conditions.map(({ error_message }) => error_message)));
  }

  /** What the keys are called. Those of one secret have its outputs in common, but for the number. */
  public keyNames(): AiKeyNames[] {
    return this.resources("aws_secretsmanager_secret_version").flatMap(([, version]) => {
      const named = this.nameOf(version.secret_id);
      return this.storedBy(version).flatMap(({ variable }) => {
        const names = namesOf("", providerOf(variable));
        const outputs = named && { ...namesOf("", named.provider).outputs, version: names.outputs.version };
        return outputs && names.variable === variable ? [{ ...names, outputs }] : [];
      });
    });
  }

  /** Which variables a version of a secret holds. */
  public storedBy(version: Block): StoredVariable[] {
    const value = text(version.secret_string_wo) ?? "";
    const keys = this.ephemeralVariables();
    const fields = [...value.matchAll(/"([\w-]+)" = var\.(\w+)/g)].flatMap(([, field, variable = ""]) =>
      keys.includes(variable) ? [{ variable, field }] : [],
    );
    return fields.length > 0 ? fields : [{ variable: value.match(/\bvar\.(\w+)/)?.[1] ?? "", field: undefined }];
  }

  /** The provider that a secret is called after, by the name of the output with its ARN; undefined where there is no such output. */
  public nameOf(secretArn: unknown): { readonly provider: string | undefined } | undefined {
    const outputs = Object.entries(this.config.output ?? {}).filter(([, { value }]) => value === secretArn);
    const [found] = outputs.flatMap(([name]) => [...name.matchAll(/^(?:(\w+)_)?api_secret_arn$/g)]);
    return found && { provider: found[1]?.replaceAll("_", "-") };
  }

  /** Whether keys of the stack are kept by Google. */
  public isAtGoogle(): boolean {
    return this.resources("google_secret_manager_secret").length > 0;
  }

  /** The names of the secrets in AWS. */
  public secretNames(): string[] {
    return texts(this.resources("aws_secretsmanager_secret").map(([, { name }]) => name));
  }

  /** The secrets that Terraform refuses to destroy, by their names in Terraform. */
  public protectedSecrets(): string[] {
    const secrets = this.resources("aws_secretsmanager_secret").filter(([, { lifecycle }]) => lifecycle?.prevent_destroy);
    return secrets.map(([name]) => name);
  }

  /** The bucket of a shared state; undefined where the state is a file. */
  public stateBucket(): string | undefined {
    return text(this.config.terraform?.backend?.s3?.bucket);
  }

  /** The region of the AWS provider; undefined where the environment says it. */
  public region(): string | undefined {
    return text(this.config.provider?.aws?.[0]?.region);
  }

  /** The environment that the resources are tagged with. */
  public environmentTag(): string | undefined {
    const [tags] = blocks(this.config.provider?.aws?.[0]?.default_tags).flatMap((defaults) => blocks([defaults.tags]));
    return text(tags?.Environment);
  }
}

/** https://developer.hashicorp.com/terraform/cdktf/create-and-deploy/configuration-file */
function projectIn(root: string): { readonly app?: string; readonly output?: string } {
  const file = join(root, "cdktf.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/** The folder that cdktf writes to, by the project's own cdktf.json. */
export function outputFolderOf(root: string): string {
  return projectIn(root).output ?? "cdktf.out";
}

/**
 * The command that synthesizes the program, by the project's own cdktf.json.
 *
 * @throws Error when there is none
 */
export function appOf(root: string): string {
  const { app } = projectIn(root);
  if (!app) {
    throw new Error(`cdktf.json in ${root} must say the app: the command that runs main.ts`);
  }
  return app;
}

/** Where a stack is, and where Terraform runs. */
export function stackFolderIn(outputFolder: string, stack: string): string {
  return join(outputFolder, "stacks", stack);
}

/** The file with a stack's configuration. */
export function configFileIn(outputFolder: string, stack: string): string {
  return join(stackFolderIn(outputFolder, stack), "cdk.tf.json");
}

export function readStack(outputFolder: string, stack: string): SynthesizedStack {
  return new SynthesizedStack(stack, JSON.parse(readFileSync(configFileIn(outputFolder, stack), "utf8")));
}

/** All stacks of a program, by their ids; none before its first synth. The manifest says which: a folder may be of an earlier program. */
export function stacksIn(outputFolder: string): SynthesizedStack[] {
  const manifest = join(outputFolder, "manifest.json");
  const { stacks }: { stacks: object } = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : { stacks: {} };
  return Object.keys(stacks)
    .sort()
    .map((name) => readStack(outputFolder, name));
}

/** A text that says something; undefined for anything else. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The texts in a list that say something. */
export function texts(values: readonly unknown[]): string[] {
  return values.flatMap((value) => text(value) ?? []);
}

/** The blocks in a list; none for what only a deploy knows. */
export function blocks(value: unknown): Block[] {
  const isBlock = (item: unknown): item is Block => typeof item === "object" && item !== null;
  return Array.isArray(value) ? value.filter(isBlock) : [];
}
