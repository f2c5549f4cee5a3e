import { App, Fn, Testing } from "cdktf";
import { GoogleAiKeyStack, type GoogleAiKeyStackProps } from "../../../../lib/google";
import { resources, synthesized } from "../../../support/synthesized";

const READER = "serviceAccount:app@acme-ai.iam.gserviceaccount.com";

function stackWith(props: Partial<GoogleAiKeyStackProps> = {}): GoogleAiKeyStack {
  return new GoogleAiKeyStack(new App({ outdir: "never-written" }), "google-ai-secret", { project: "acme-ai", ...props });
}

test("the whole stack", () => {
  expect(synthesized(stackWith({ readers: [READER] }))).toMatchSnapshot({
    terraform: {
      required_providers: {
        google: { source: expect.stringMatching(/^hashicorp\/google$/) },
      },
    },
  });
});

test("the ids of the constructs, which are contract: a changed one replaces a user's resource", () => {
  expect(Testing.renderConstructTree(stackWith({ readers: [READER] }))).toMatchInlineSnapshot(`
    "google-ai-secret (GoogleAiKeyStack)
    ├── google (GoogleProvider)
    ├── ai_api_key (EphemeralVariable)
    ├── ai_api_key_version (TerraformVariable)
    ├── ai-key (GoogleAiKeySecret)
        ├── secret (GoogleResource)
        ├── readers (GoogleResource)
        └── version (GoogleResource)
    ├── api_secret_id (TerraformOutput)
    ├── api_secret_name (TerraformOutput)
    └── api_key_version (TerraformOutput)
    "
  `);
});

test("each secret is labelled with its environment and its maker, and with the user's own labels", () => {
  const labels = (props?: Partial<GoogleAiKeyStackProps>) => resources(stackWith(props), "google_secret_manager_secret")[0].labels;

  expect(labels()).toEqual({ environment: "production", managed_by: "cdktf" });
  expect(labels({ environment: "Staging", labels: { "cost-center": "a1" } })).toEqual({
    environment: "staging",
    managed_by: "cdktf",
    "cost-center": "a1",
  });
  expect(labels({ environment: Fn.upper("Staging") }).environment).toBe('${lower(upper("Staging"))}');
});

test("the id of a secret can be chosen, and an adopted secret keeps its own", () => {
  const ids = (...keys: object[]) => resources(stackWith({ keys }), "google_secret_manager_secret").map(({ secret_id }) => secret_id);
  expect(ids({ secretId: "mine" }, { provider: "openai", adoptSecret: "projects/acme-ai/secrets/by-hand" })).toEqual(["mine", "by-hand"]);
});

test("a stack with one key has what is Google's of a key, too", () => {
  const key = { secretId: "mine", adoptSecret: "projects/acme-ai/secrets/mine" };
  expect(synthesized(stackWith(key))).toEqual(synthesized(stackWith({ keys: [key] })));
});

test("in each environment, nobody destroys the secret by mistake, unless the user says so", () => {
  const lifecycle = (props: Partial<GoogleAiKeyStackProps>) => resources(stackWith(props), "google_secret_manager_secret")[0].lifecycle;
  expect(lifecycle({ environment: "Staging" })).toMatchObject({
    prevent_destroy: true,
  });
  expect(lifecycle({ preventDestroy: undefined })).toMatchObject({
    prevent_destroy: true,
  });
  expect(lifecycle({ preventDestroy: false })).not.toHaveProperty("prevent_destroy");
});

test.each<[Partial<GoogleAiKeyStackProps>, string]>([
  [{ project: "" }, '[google-ai-secret] project must be a project\'s id, not its name or number, such as acme-ai; got ""'],
  [{ project: "123456789012" }, "[google-ai-secret] project must be a project's id, not its name or number"],
  [{ project: "Acme AI" }, "[google-ai-secret] project must be a project's id, not its name or number"],
  [{ environment: "" }, "[google-ai-secret] labels.environment must have 1 to 63 lower-case letters, digits, hyphens and underscores"],
  [{ environment: "Pre Prod" }, "[google-ai-secret] labels.environment must have 1 to 63 lower-case letters"],
  [{ labels: { Team: "a" } }, "[google-ai-secret] labels must have keys of 1 to 63 lower-case letters"],
  [{ labels: { team: "A" } }, "[google-ai-secret] labels.team must have 1 to 63 lower-case letters"],
  [{ labels: { team: "" } }, "[google-ai-secret] labels.team must have 1 to 63 lower-case letters"],
  [{ labels: { team: "a".repeat(64) } }, "[google-ai-secret] labels.team must have 1 to 63 lower-case letters"],
  [
    {
      labels: Object.fromEntries(Array.from({ length: 63 }, (_, i) => [`l${i}`, "x"])),
    },
    "[google-ai-secret] labels must be 64 at most; got 65",
  ],
  [{ keys: [{ secretId: "a" }, { provider: "x", secretId: "a" }] }, "keys.secretId must be another one for each key"],
  [{ keys: [{ secretId: "ai/production/api-key" }] }, "secretId must have 1 to 255 letters, digits, hyphens and underscores"],
  [
    { keys: [{ adoptSecret: "projects/other-project/secrets/mine" }] },
    "keys[0].adoptSecret must be of the stack's own project, by its id: projects/acme-ai/secrets/…",
  ],
  [{ adoptSecret: "projects/other-project/secrets/mine" }, "[google-ai-secret] adoptSecret must be of the stack's own project"],
  [{ secretId: "ai/production/api-key" }, "secretId must have 1 to 255 letters, digits, hyphens and underscores"],
  [{ keys: [{ adoptSecret: "projects/1234567890/secrets/mine" }] }, "keys[0].adoptSecret must be of the stack's own project"],
  [
    { keys: [{ adoptSecret: "projects/acme-ai/secrets/mine/versions/3" }] },
    "keys[0].adoptSecret must be the secret, never a version: importing one writes the key into state and plan",
  ],
])("fails for %j", (props, message) => {
  expect(() => stackWith(props)).toThrow(message);
});

test("fails for a region, as a regional secret would have its key in the state, and says what to set", () => {
  const region = JSON.parse('{ "region": "europe-west3" }');
  const reason =
    "has no prop region: the Google provider has no write-only argument for regional secrets, so the state would hold the key.";
  expect(() => stackWith(region)).toThrow(
    `[google-ai-secret] ${reason} Say where the secret is kept by locations, such as ["europe-west3"].`,
  );
  expect(() => stackWith({ keys: [region] })).toThrow(`[google-ai-secret] keys[0] ${reason}`);
});
