import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { programEnvironment } from "../lab/process/child-environment";
import { findTerraform } from "../lab/terraform/find-terraform";
import { printedJson } from "../lab/terraform/printed-json";
import { ERROR_LINE } from "../lab/terraform/terraform-says";

const FOLDER = "cdktf.out/stacks";

/** Resources of one type, by the name that they have in Terraform. */
type Resources = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The parts of a synthesized stack that are read here. */
export interface StackConfig {
  readonly resource?: Readonly<Record<string, Resources>>;
}

/** The parts of a Terraform state that are read here. */
export interface StackState {
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Readonly<Record<string, unknown>> }[];
  }[];
}

/** What a stack declares, and what its state says that was deployed. */
export interface DeployedStack {
  readonly name: string;
  readonly config: StackConfig;
  /** Undefined before the first deploy. */
  readonly state: StackState | undefined;
  /** The state as it is stored. */
  readonly stateText: string;
}

/**
 * The synthesized stacks that have secrets, each with its state, wherever that is kept.
 *
 * @param root the project's folder
 * @throws Error when there is none, or a state can't be read
 */
export async function deployedStacks(root: string): Promise<DeployedStack[]> {
  const configs = existsSync(join(root, FOLDER))
    ? readdirSync(join(root, FOLDER)).map((name) => ({ name, config: readConfig(root, name) }))
    : [];
  const withSecrets = configs.filter(({ config }) => config.resource?.aws_secretsmanager_secret);
  if (withSecrets.length === 0) {
    throw new Error(`${FOLDER} has no stack with a secret. Run npx cdktf synth in the project's folder first.`);
  }

  const { path } = await findTerraform();
  return Promise.all(
    withSecrets.map(async ({ name, config }) => {
      const stateText = await pullState(path, root, name);
      return { name, config, stateText, state: stateText === "" ? undefined : JSON.parse(stateText) };
    }),
  );
}

/** What the state has of a resource; undefined when that was not deployed. */
export function inState(state: StackState | undefined, type: string, name: string): Readonly<Record<string, unknown>> | undefined {
  const found = state?.resources.find((resource) => resource.mode === "managed" && resource.type === type && resource.name === name);
  return found?.instances[0]?.attributes;
}

function readConfig(root: string, name: string): StackConfig {
  return JSON.parse(readFileSync(join(root, FOLDER, name, "cdk.tf.json"), "utf8"));
}

async function pullState(terraform: string, root: string, name: string): Promise<string> {
  const options = { cwd: join(root, FOLDER, name), env: programEnvironment(), maxBuffer: 256 * 1024 * 1024 }; // bytes
  try {
    return printedJson((await promisify(execFile)(terraform, ["state", "pull"], options)).stdout);
  } catch (error) {
    const printed = error instanceof Error && "stderr" in error ? stripVTControlCharacters(String(error.stderr)) : "";
    const program = basename(terraform);
    const [, reason = `${program} state pull failed`] = printed.match(ERROR_LINE) ?? [];
    throw new Error(`The state of ${name} can't be read: ${reason}. Try ${program} init && ${program} state pull in ${FOLDER}/${name}.`);
  }
}
