import { App, TerraformVariable, Token } from "cdktf";
import { randomKey } from "../../../lab/random-key";
import { AiKeySecret, AiKeyStack, BootstrapStack, EphemeralVariable } from "../../../lib";
import { GoogleAiKeySecret, GoogleAiKeyStack } from "../../../lib/google";
import { KEY_FORMATS } from "../../../lib/key/formats";
import { didYouMean } from "../../../lib/known-props";
import { OwnStack } from "../../support/synthesized";

const LAMBDA = { lambdaArn: "arn:aws:lambda:eu-central-1:111122223333:function:f", roleArn: "arn:aws:iam::111122223333:role/f" };
const IDS = { repository: 1, owner: 2 };
const BOOTSTRAP = { region: "eu-central-1", bucket: "acme-terraform-states" };

/** A program without type checks: it hands over what it likes. */
const untyped = (props: object) => Object(props);

const stack = (props: object) => () => new AiKeyStack(new App({ outdir: "never-written" }), "stack", untyped(props));
const secret = (props: object) => () => {
  const own = new OwnStack();
  new AiKeySecret(own, "key", untyped({ apiKey: new EphemeralVariable(own, "k"), name: "k", ...props }));
};
const bootstrap = (props: object) => () => {
  const app = new App({ outdir: "never-written" });
  new BootstrapStack(
    app,
    "bootstrap",
    untyped({ ...BOOTSTRAP, stacks: [new AiKeyStack(app, "stack")], github: { repository: "a/b", ids: IDS }, ...props }),
  );
};

const google = (props: object) => () =>
  new GoogleAiKeyStack(new App({ outdir: "never-written" }), "google", untyped({ project: "acme-ai", ...props }));

test.each([
  ["[stack] has no prop reader. Did you mean readers?", stack({ reader: ["arn:aws:iam::111122223333:role/app"] })],
  ["[stack] has no prop alarmTopic. Did you mean alarmTopicArn?", stack({ alarmTopic: "arn" })],
  ["[stack] has no prop Region. Did you mean region?", stack({ Region: "eu-central-1" })],
  ["[stack] has no prop reader. Did you mean readers?", stack({ reader: undefined })],
  ["keys[0] has no prop provder. Did you mean provider?", stack({ keys: [{ provder: "openai" }] })],
  ["keys[0] has no prop breakglass. Did you mean breakGlass?", stack({ keys: [{ breakglass: [] }] })],
  ["state has no prop kmsKey. Did you mean kmsKeyArn?", stack({ state: { kmsKey: "arn" } })],
  ["body has no prop endpiont. Did you mean endpoint?", stack({ keys: [{ body: { endpiont: "https://a" } }] })],
  ["replicas has no prop encryptionkey. Did you mean encryptionKey?", stack({ replicas: [{ region: "eu-west-1", encryptionkey: "arn" }] })],
  ["rotation has no prop days. It has function, openai,", stack({ rotation: { function: LAMBDA, days: 3 } })],
  ["rotation.function has no prop lambda. Did you mean lambdaArn?", stack({ rotation: { function: { lambda: "a" }, everyDays: 3 } })],
  ["[own/key] has no prop secretName. It has readers,", secret({ secretName: "mine" })],
  ["[own/key] has no prop apiKeyVersions. Did you mean apiKeyVersion?", secret({ apiKeyVersions: 2 })],
  [
    "[own/k] has no prop providers. Did you mean provider?",
    () => new EphemeralVariable(new OwnStack(), "k", untyped({ providers: "openai" })),
  ],
  [
    "grantRead has no prop rolename. Did you mean roleName?",
    () => new AiKeyStack(new App({ outdir: "never-written" }), "stack").secret().grantRead(untyped({ rolename: "app" })),
  ],
  ["[bootstrap] has no prop gitHub. Did you mean github?", bootstrap({ gitHub: {} })],
  ["github has no prop repo. It has", bootstrap({ github: { repo: "a/b", ids: IDS } })],
  ["github has no prop branchs. Did you mean branch?", bootstrap({ github: { repository: "a/b", ids: IDS, branchs: {} } })],
  [
    "github.subjects has no prop plans. Did you mean plan?",
    bootstrap({ github: { repository: "a/b", ids: IDS, subjects: { plans: [] } } }),
  ],
  ["[bootstrap] gitlab has no prop Project. Did you mean project?", bootstrap({ github: undefined, gitlab: { Project: "a/b" } })],
  [
    "[bootstrap] oidc has no prop audiences. Did you mean audience?",
    bootstrap({ github: undefined, oidc: { issuer: "https://a", audiences: "b" } }),
  ],
  // What is left out, or is of another type, does not end in a TypeError somewhere, and not in a stack without it.
  ["[own/key] name must be set; got undefined", secret({ name: undefined })],
  ["[own/key] apiKey must be an EphemeralVariable", secret({ apiKey: undefined })],
  ["[own/key] must have its props in an object; got undefined", () => new AiKeySecret(new OwnStack(), "key", Object(undefined).props)],
  ["[bootstrap] stacks must be set; got undefined", bootstrap({ stacks: undefined })],
  ["[bootstrap] github.repository must be set; got undefined", bootstrap({ github: { ids: IDS } })],
  ["[bootstrap] oidc.subjects must be set; got undefined", bootstrap({ github: undefined, oidc: { issuer: "https://a", audience: "b" } })],
  ["[bootstrap] github.subjects.plan must be set", bootstrap({ github: { repository: "a/b", ids: IDS, subjects: { deploy: {} } } })],
  ["[stack] state.kmsKeyArn must be set; got undefined", stack({ state: { bucket: "acme", key: "a", region: "eu-west-1" } })],
  ["[stack/ai-key] rotation must have one of function, openai and openrouter; got []", stack({ rotation: { everyDays: 3 } })],
  ["[stack] environment must be of the type text; got number", stack({ environment: 5 })],
  ["[stack] tags must be of the type object; got text", stack({ tags: "Team" })],
  ["[stack] readers must be of the type list; got text", stack({ readers: "arn:aws:iam::111122223333:role/app" })],
  ["[stack] keys must be of the type list; got object", stack({ keys: {} })],
  ["keys[0] must have its props in an object; got undefined", stack({ keys: [undefined] })],
  ["keys[0].description must be of the type text; got null", stack({ keys: [{ description: null }] })],
  ["[stack] preventDestroy must be of the type boolean; got text", stack({ preventDestroy: "false" })],
  ["[stack/ai-key] replicas must have its props in an object; got text", stack({ replicas: ["eu-west-1"] })],
  ["[stack] tags.Team must be a text; got null", stack({ tags: { Team: null } })],
  ["[stack] tags.Team must be a text; got 5", stack({ tags: { Team: 5 } })],
  ["[stack] keys must be of the type list; got null", stack({ keys: null })],
  ["[stack] keys[0] must have its props in an object; got null", stack({ keys: [null] })],
  ["[stack/ai-key] readers must hold ARNs of single roles and users, such as", stack({ readers: [null] })],
  ["[google] topics must be projects/…/topics/…; got null", google({ topics: [null] })],
  ["[google/ai-key] readers must hold members such as", google({ readers: [null] })],
  ...[null, undefined].map((reader): [string, () => unknown] => [
    "[google/ai-key] grantRead must get a service account or a member; got undefined",
    () =>
      new GoogleAiKeyStack(new App({ outdir: "never-written" }), "google", { project: "acme-ai" })
        .secret()
        .grantRead(Object({ reader }).reader),
  ]),
  ["[google] project must be set; got undefined", google({ project: undefined })],
  ["[google] keys must be of the type list; got null", google({ keys: null })],
  ["[google] keys[1] must have its props in an object; got null", google({ keys: [{}, null] })],
  ["[google] keys[0] must have its props in an object; got undefined", google({ keys: [undefined] })],
  ["[google] keys[0].secretId must be of the type text; got number", google({ keys: [{ secretId: 5 }] })],
  ["[google] keys[0].adoptSecret must be of the type text; got null", google({ keys: [{ adoptSecret: null }] })],
  [
    "[google] labels.team must have 1 to 63 lower-case letters, digits, hyphens and underscores; got null",
    google({ labels: { team: null } }),
  ],
  ["[google] encryptionKeys must be projects/…/locations/…/keyRings/…/cryptoKeys/…, without a version", google({ encryptionKeys: [null] })],
  [
    "[google] must have its props in an object; got null",
    () => new GoogleAiKeyStack(new App({ outdir: "never-written" }), "google", Object({ props: null }).props),
  ],
  [
    "[own/key] must have its props in an object; got null",
    () => new GoogleAiKeySecret(new OwnStack(), "key", Object({ props: null }).props),
  ],
  ["[own/k] must have its props in an object; got text", () => new EphemeralVariable(new OwnStack(), "k", untyped(["sk-1"])[0])],
])("%s", (message, make) => {
  expect(make).toThrow(message);
});

test("a token stands for its value, whatever the type", () => {
  const region = new TerraformVariable(new OwnStack(), "v", {}).stringValue;
  expect(stack({ region, readers: Token.asList("${var.l}") })).toThrow("must be a list in the program itself"); // not of another type
  expect(stack({ region, recoveryWindowInDays: Token.asNumber("${var.n}") })).not.toThrow();
});

test("a format that there is not is refused, with those that there are", () => {
  expect(stack({ keys: [{ format: "jsn" }] })).toThrow('keys[0].format must be one of any, gateway, json; got "jsn"');
});

test("a name that is near to none has no suggestion", () => {
  expect(didYouMean("zzz", ["readers", "region"])).toBe("");
  expect(didYouMean("antropic", ["openai", "anthropic"])).toBe(" Did you mean anthropic?");
});

describe("a key in the program", () => {
  const KEY = randomKey("openai");
  const messageOf = (call: () => unknown) => {
    try {
      return String(call());
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
  };

  test.each([
    ["[stack] tags.Team", stack({ tags: { Team: KEY } })],
    ["[stack] tags", stack({ tags: { [KEY]: "platform" } })],
    ["[stack] keys.description", stack({ keys: [{ description: `The key is ${KEY}` }] })],
    ["[stack] keys.body.endpoint", stack({ keys: [{ body: { endpoint: `https://gateway.acme.com/v1?key=${KEY}&x=1` } }] })],
    ["[stack] keys.secretName", stack({ keys: [{ secretName: `ai/${KEY}` }] })],
    ["[stack] environment", stack({ environment: KEY })],
    ["[own/key] apiKey", secret({ apiKey: KEY })],
    ["[bootstrap] tags.Team", bootstrap({ tags: { Team: KEY } })],
  ])("fails in %s, and is not shown", (prop, call) => {
    const message = messageOf(call);
    expect(message).toMatch(new RegExp(`^${prop.replaceAll(/[[\].]/g, "\\$&")} holds an API key, .* hand that over as TF_VAR_… alone\\.$`));
    expect(message).not.toContain(KEY.slice(0, 12));
  });

  const telling = KEY_FORMATS.filter(({ telling }) => telling !== "").map(({ provider }) => provider);
  test.each(telling)("fails for one of %s", (provider) => {
    expect(messageOf(stack({ tags: { Team: randomKey(provider) } }))).toMatch(/^\[stack\] tags\.Team holds an API key/);
  });

  test("is not seen in what is usual there: hashes, names, ARNs", () => {
    const usual = {
      Commit: "0123456789abcdef0123456789abcdef01234567",
      Id: "6f1c2b7e-0d5a-4f3b-9f55-0123456789ab",
      Arn: "arn:aws:iam::111122223333:role/sk-app",
      Owner: "someone@acme.com",
    };
    expect(stack({ tags: usual, keys: [{ description: "The key of sk-gateway, see https://wiki.acme.com/keys?page=12" }] })).not.toThrow();
  });
});
