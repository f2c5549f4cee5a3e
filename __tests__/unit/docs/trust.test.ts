import { join } from "node:path";
import { blocks } from "../../support/documents";
import { diagnostics, stacksOf } from "../../support/program";
import { ROOT } from "../../support/project";
import { resources } from "../../support/synthesized";

const [BEGIN = "", ...STACKS] = blocks("docs/trust.md", "ts");

/** Whole programs. */
const programs = STACKS.map((stack, index) => ({
  file: join(ROOT, `never-written-${index}.ts`),
  text: `${BEGIN}\n${stack}\napp.synth();\n`,
}));

test("every block compiles as it stands, and a planted wrong option does not", () => {
  const stack = 'new BootstrapStack(app, "bootstrap", { ...common, gitlab: { project: "acme/keys", environment: "live" } });';
  const wrong = { file: join(ROOT, "never-written.ts"), text: `${BEGIN}${stack}` };
  expect(diagnostics([...programs, wrong])).toEqual([expect.stringContaining("'environment' does not exist in type 'GitLabProject'")]);
}, 60_000); // milliseconds, on a busy machine

test("every block makes the provider of its issuer, for its audience", () => {
  const made = programs.map(({ text }) => {
    const [, bootstrap] = stacksOf(text);
    const [
      {
        url,
        client_id_list: [audience],
      } = { url: "none", client_id_list: [] },
    ] = bootstrap ? resources(bootstrap, "aws_iam_openid_connect_provider") : [];
    return `${url} for ${audience}`;
  });
  expect(made).toEqual([
    "https://token.actions.githubusercontent.com for sts.amazonaws.com",
    "https://token.actions.githubusercontent.com for sts.amazonaws.com",
    "https://github.acme.com/_services/token for sts.amazonaws.com",
    "https://token.actions.githubusercontent.com for sts.amazonaws.com",
    "https://gitlab.com for sts.amazonaws.com",
    "https://gitlab.example.com for sts.amazonaws.com",
    "https://app.terraform.io for aws.workload.identity",
    "https://token.actions.githubusercontent.com for sts.amazonaws.com.cn",
  ]);
});
