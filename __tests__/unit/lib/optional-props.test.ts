import { join } from "node:path";
import { diagnostics } from "../../support/program";
import { ROOT } from "../../support/project";

/** Under a compiler that tells a prop that is undefined from one that is left out. */
const compile = (text: string) => diagnostics([{ file: join(ROOT, "never-written.ts"), text }], { exactOptionalPropertyTypes: true });

const PROGRAM = `
import * as lib from "./lib";
import * as google from "./lib/google";
import * as rotation from "./lib/rotation";

/** The optional props of T, each undefined. */
type Undefined<T> = { [K in keyof T as {} extends Pick<T, K> ? K : never]: undefined };

/** Fails to compile where a prop of T can be left out, but not be undefined. */
function all<T>(props: Undefined<T> extends Partial<T> ? Undefined<T> : never): void {}
`;

const propsOf = (...names: string[]) =>
  names.map((name) => `const of${name.replaceAll(/\W/g, "")} = (props: Undefined<${name}>) => all<${name}>(props);`).join("\n");

test("each optional prop can be undefined, as a value that is not set is", () => {
  const names = [
    "google.GoogleAiKeyProps",
    "google.GoogleAiKeySecretProps",
    "google.GoogleAiKeyStackProps",
    "google.GoogleSecretOptions",
    "lib.AiKeyBody",
    "lib.AiKeyProps",
    "lib.AiKeySecretProps",
    "lib.AiKeyStackProps",
    "lib.BootstrapStackProps",
    "lib.EphemeralVariableConfig",
    "lib.GitHubRepository",
    "lib.GitLabProject",
    "lib.KeyOfBody",
    "lib.OidcIssuer",
    "lib.Replica",
    "lib.SecretBody",
    "lib.SecretOptions",
    "rotation.KeyRotatorProps",
    "rotation.OpenAiRotation",
    "rotation.OpenRouterRotation",
    "rotation.ProviderRotations",
  ];
  const program = `${PROGRAM}\nconst region: string | undefined = undefined;\nexport const props: lib.AiKeyStackProps = { region };\n${propsOf(...names)}`;
  expect(compile(program)).toEqual([]);
}, 60_000); // milliseconds, on a busy machine

test("a prop that can be left out alone is seen", () => {
  expect(compile(`${PROGRAM}\ninterface Planted { region?: string }\nall<Planted>({ region: undefined });`)).toEqual([
    expect.stringContaining("not assignable to parameter of type 'never'"),
  ]);
}, 60_000);
