import { unwrapped } from "../../lab/expect";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { Session } from "../../lab/process/session";
import { randomKey } from "../../lab/random-key";
import { Sandbox, type Variables } from "../../lab/sandbox/sandbox";
import { findTerraform } from "../../lab/terraform/find-terraform";
import { block } from "../support/documents";
import { findCloudStorage, findGoogleProvider, GOOGLE_RIGHTS, startCloudStorage, WITHOUT_CLOUD_STORAGE } from "../support/google";
import { GoogleSecretManager } from "../support/google-secret-manager";
import { inOrder } from "../support/in-order";
import { outputsOf } from "../support/outputs-of";
import { PLAN_ONLY } from "../support/plan-only";
import { ROOT } from "../support/project";

const APP = "serviceAccount:app@acme-ai.iam.gserviceaccount.com";
const STRANGER = "user:stranger@example.com";
const ID = "ai-production-api-key";
const OPENAI_ID = "ai-production-openai-api-key";

const CALLERS = {
  deployer: { member: "serviceAccount:deploy@acme-ai.iam.gserviceaccount.com", permissions: GOOGLE_RIGHTS.deploy },
  planner: { member: "serviceAccount:plan@acme-ai.iam.gserviceaccount.com", permissions: GOOGLE_RIGHTS.plan },
  application: { member: APP, permissions: [] },
  stranger: { member: STRANGER, permissions: [] },
};

const keys = {
  first: randomKey(),
  second: randomKey(),
  third: randomKey(),
  openai: randomKey("openai"),
  another: randomKey(),
  byHand: randomKey(),
};

/** Like `describe`, where the Google provider can be had; see global-setup, which says once what is unproven. */
const describeWithGoogle = process.env.E2E_GOOGLE ? describe : describe.skip;

/** The program of docs/google.md, with more props. */
const documented = (more = "") =>
  block("docs/google.md", "ts", "new GoogleAiKeyStack(")
    .replace("cdktf-ai-secret/google", "./lib/google")
    .replace('project: "acme-ai",', `project: "acme-ai", ${more}`);

const TWO_KEYS = 'keys: [{}, { provider: "openai", body: { endpoint: "https://api.openai.com/v1" } }],';

/** As docs/google.md has it. */
const inCloudStorage = (program: string) =>
  program
    .replace("{ App }", "{ App, GcsBackend }")
    .replace("new GoogleAiKeyStack", "const stack = new GoogleAiKeyStack")
    .replace("app.synth()", `${block("docs/google.md", "ts", "GcsBackend")}app.synth()`);

describeWithGoogle("a key's life at Google, with the real provider", () => {
  const google = new GoogleSecretManager("acme-ai", "1234567890", CALLERS);
  const session = new Session();
  const leakProof = new LeakProof(keys);
  let sandbox: Sandbox;
  let program = (more?: string) => documented(more);

  beforeAll(async () => {
    await google.start();
    const terraform = await findTerraform();
    sandbox = new Sandbox(session, { terraform, provider: await findGoogleProvider(terraform) }, ROOT, "google-ai-secret");
    const cloudStorage = findCloudStorage();
    const storage = cloudStorage && (await startCloudStorage(cloudStorage, session, "acme-terraform-states"));
    if (storage) {
      program = (more) => inCloudStorage(documented(more));
    } else {
      console.error(WITHOUT_CLOUD_STORAGE);
    }
    sandbox.settings = {
      GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT: google.endpoint,
      GOOGLE_OAUTH_ACCESS_TOKEN: "deployer",
      ...(storage ? { GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: storage } : {}),
    };
    await sandbox.use(program(TWO_KEYS));
    await sandbox.init();
  });
  afterAll(async () => {
    leakProof.stop();
    await google.close();
    await session.close();
  });

  /** Runs Terraform as somebody else. */
  async function as(token: string, args: readonly string[], variables: Variables) {
    const { settings } = sandbox;
    sandbox.settings = { ...settings, GOOGLE_OAUTH_ACCESS_TOKEN: token };
    try {
      return await sandbox.tryTerraform(args, variables);
    } finally {
      sandbox.settings = settings;
    }
  }

  let number = "";
  const both = { ai_api_key: keys.first, openai_api_key: keys.openai };
  const step = inOrder();

  step("a deploy by cdktf stores each key in a secret of its own, one of them with what is known besides", async () => {
    await sandbox.deploy(both);

    expect(google.secretIds()).toEqual([ID, OPENAI_ID]);
    expect(google.read("application", ID)).toBe(keys.first);
    expect(JSON.parse(google.read("application", OPENAI_ID))).toEqual({
      apiKey: keys.openai,
      provider: "openai",
      endpoint: "https://api.openai.com/v1",
    });
    expect(google.settings(ID)).toMatchObject({
      labels: { environment: "production", managed_by: "cdktf" },
      replication: { automatic: {} },
      versionDestroyTtl: "2592000s",
    });
    expect(await outputsOf(sandbox)).toEqual({
      api_secret_id: ID,
      api_secret_name: `projects/1234567890/secrets/${ID}`,
      api_key_version: 1,
      openai_api_secret_id: OPENAI_ID,
      openai_api_secret_name: `projects/1234567890/secrets/${OPENAI_ID}`,
      openai_key_version: 1,
    });
  });

  step("the readers may read, before there is something to read; nobody else may, who deploys and who plans among them", async () => {
    const indexOf = (permission: string) => google.calls.findIndex((call) => call.permission === `secretmanager.${permission}`);
    expect(indexOf("secrets.setIamPolicy")).toBeLessThan(indexOf("versions.add"));
    for (const token of ["stranger", "deployer", "planner"]) {
      expect(google.read(token, ID)).toBe("PERMISSION_DENIED");
    }
  });

  step("a plan with another key, by someone who may only look, shows no changes", async () => {
    expect(await as("planner", ["plan", "-detailed-exitcode"], { ...both, ai_api_key: keys.another })).toMatchObject({ exitCode: 0 });
    expect(await as("planner", ["apply", "-auto-approve"], { ...both, ai_api_key_version: "2" })).toMatchObject({ exitCode: 1 });
    expect(google.states(ID)).toEqual(["ENABLED"]);
  });

  step(
    "a saved plan with a placeholder and another number stores the key that its apply has, and a reader of latest sees no gap",
    async () => {
      const [command = ""] = block("docs/google.md", "sh", '"$NEW_AI_API_KEY"').split("\n");
      number = (await sandbox.shell(`${command}\necho "$VERSION"`, { NEW_AI_API_KEY: keys.second })).output.trim();
      const placeholders = { ai_api_key: PLAN_ONLY, openai_api_key: keys.openai, ai_api_key_version: number };
      await sandbox.terraform(["plan", "-out=rotate.tfplan"], placeholders);
      const read: string[] = [];
      google.around = () => read.push(google.read("application", ID));
      await sandbox.terraform(["apply", "rotate.tfplan"], { ...both, ai_api_key: keys.second });
      google.around = () => {};

      expect(read.length).toBeGreaterThan(4);
      expect(read.filter((key, index) => key !== read[index - 1])).toEqual([keys.first, keys.second]);
      expect(google.states(OPENAI_ID)).toEqual(["ENABLED"]);
    },
  );

  step("after a rotation the old version is disabled; it can be brought back, until its days are over", () => {
    expect(google.states(ID)).toEqual(["DISABLED", "ENABLED"]);
    expect(google.read("application", ID, "1")).toBe("FAILED_PRECONDITION");
    const enable = block("docs/google.md", "sh", "versions enable").trim();
    const [, version, id] = enable.match(/^gcloud secrets versions enable (\d+) --secret (\S+) --project acme-ai$/) ?? [];
    google.byHand("POST", `/${id}/versions/${version}:enable`);
    expect(google.read("application", ID, "1")).toBe(keys.first);

    google.byHand("POST", `/${ID}/versions/1:destroy`);
    google.pass(29);
    expect(google.states(ID)).toEqual(["DISABLED", "ENABLED"]);
    google.pass(1);
    expect(google.states(ID)).toEqual(["DESTROYED", "ENABLED"]);
  });

  step("a reader who was granted by hand is seen in a plan, and removed by the next deploy; reminders come later", async () => {
    const binding = { role: "roles/secretmanager.secretAccessor", members: [APP, STRANGER] };
    google.byHand("POST", `/${ID}:setIamPolicy`, { policy: { bindings: [binding] } });
    const variables = { ...both, ai_api_key_version: number };
    expect(await as("planner", ["plan", "-detailed-exitcode"], variables)).toMatchObject({ exitCode: 2 });

    await sandbox.use(program(`${TWO_KEYS} topics: ["projects/acme-ai/topics/keys"], remind: { everyDays: 90 },`));
    await sandbox.apply(variables);
    expect(google.bindings(ID)).toEqual([{ ...binding, members: [APP] }]);
    expect(google.settings(ID)).toMatchObject({
      topics: [{ name: "projects/acme-ai/topics/keys" }],
      rotation: { rotationPeriod: "7776000s", nextRotationTime: expect.stringMatching(/^20\d\d-.*Z$/) },
    });
    expect(await as("planner", ["plan", "-detailed-exitcode"], variables)).toMatchObject({ exitCode: 0 });
  });

  step("a destroy is refused when it is planned, and all versions stay", async () => {
    const calls = google.calls.length;
    const { exitCode, output } = await sandbox.tryTerraform(["destroy", "-auto-approve"], both);

    expect(exitCode).toBe(1);
    expect(unwrapped(output)).toContain("cannot be destroyed");
    expect(google.read("application", ID)).toBe(keys.second);
    expect(google.calls.slice(calls).filter(({ permission }) => !GOOGLE_RIGHTS.plan.includes(permission))).toEqual([]);
  });

  step("with preventDestroy: false a destroy removes the secrets at once, and there is nothing to bring back", async () => {
    await sandbox.use(program(`${TWO_KEYS} preventDestroy: false,`));
    await sandbox.terraform(["destroy", "-auto-approve"], both);

    expect(google.secretIds()).toEqual([]);
  });

  const adopting = `keys: [{ adoptSecret: "projects/acme-ai/secrets/made-by-hand" }],`;
  const adopted = { ai_api_key: keys.third };

  step("a secret that Google is to delete is not taken over", async () => {
    const expiring = { replication: { automatic: {} }, expireTime: "2030-01-01T00:00:00Z" };
    google.byHand("POST", "?secretId=made-by-hand", expiring);
    await sandbox.use(program(adopting));
    const { exitCode, output } = await sandbox.tryTerraform(["apply", "-auto-approve"], adopted);

    expect(exitCode).toBe(1);
    expect(unwrapped(output)).toContain("gcloud secrets update made-by-hand --remove-expiration");
    google.byHand("DELETE", "/made-by-hand");
  });

  step("a secret that exists is taken over: it stays, its old versions too, and nobody has read a key for that", async () => {
    const data = Buffer.from(keys.byHand).toString("base64");
    google.byHand("POST", "?secretId=made-by-hand", { replication: { automatic: {} }, labels: { team: "platform" } });
    google.byHand("POST", "/made-by-hand:addVersion", { payload: { data } });
    await sandbox.apply(adopted);

    expect(google.read("application", "made-by-hand")).toBe(keys.third);
    expect(google.read("application", "made-by-hand", "1")).toBe(keys.byHand);
    expect(google.settings("made-by-hand").labels).toMatchObject({ team: "platform", environment: "production" });
    expect(await as("planner", ["plan", "-detailed-exitcode"], adopted)).toMatchObject({ exitCode: 0 });
  });

  step("the calls of all that are those of the documented rights, no more and no fewer: none reads a key", () => {
    const asked = new Set(google.calls.filter(({ token }) => token === "deployer").map(({ permission }) => permission));
    expect([...asked].sort()).toEqual(GOOGLE_RIGHTS.deploy);
    const planned = new Set(
      google.calls.filter(({ token, allowed }) => token === "planner" && allowed).map(({ permission }) => permission),
    );
    expect([...planned].sort()).toEqual(GOOGLE_RIGHTS.plan);
  });

  step("no key is in what that leaves behind, the state, its history and the saved plan among it", async () => {
    await sandbox.terraform(["state", "pull"], {}); // its log has the shared state
    expect(describeFindings(leakProof.check(sandbox.folder).findings)).toEqual([]);
  });
});
