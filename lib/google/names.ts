import { type AiKeyNames, namesOf } from "../key/names";

/** What one key is called in Terraform, at Google and in the construct tree. All are contract: a change replaces a user's resource. */
export interface GoogleKeyNames extends Pick<AiKeyNames, "construct" | "variable" | "versionVariable"> {
  /** The secret's id at Google, unless the user chooses one. */
  readonly secretId: string;
  readonly outputs: { readonly id: string; readonly name: string; readonly version: string };
}

/** The names of a key at AWS, as far as Google has such ones: its secrets have no paths. */
export function googleNamesOf(environment: string, provider?: string): GoogleKeyNames {
  const { construct, variable, versionVariable, secret, outputs } = namesOf(environment, provider);
  const { name, version } = outputs;
  return {
    construct,
    variable,
    versionVariable,
    secretId: secret.replaceAll("/", "-"),
    outputs: { id: name.replace(/name$/, "id"), name, version },
  };
}
