import { App, TerraformResource, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { EphemeralVariable, GoogleAiKeySecret, type GoogleAiKeySecretProps, GoogleProvider } from "../../../../lib/google";
import { resources, synthesized } from "../../../support/synthesized";

const APP = "serviceAccount:app@acme-ai.iam.gserviceaccount.com";
const KMS = "projects/acme-kms/locations/europe-west3/keyRings/ring/cryptoKeys/key";
const ROLE = "roles/secretmanager.secretAccessor";

function withKey(props: Partial<GoogleAiKeySecretProps> = {}) {
  const stack = new TerraformStack(new App({ outdir: "never-written" }), "own");
  new GoogleProvider(stack, "google", { project: "acme-ai" });
  const apiKey = new EphemeralVariable(stack, "api_key");
  return { stack, key: new GoogleAiKeySecret(stack, "key", { apiKey, secretId: "ai-test-api-key", ...props }) };
}

const secretOf = (props: Partial<GoogleAiKeySecretProps>) => resources(withKey(props).stack, "google_secret_manager_secret")[0];
const policyOf = (stack: TerraformStack) => resources(stack, "google_secret_manager_secret_iam_policy")[0]?.policy_data;
const bindingOf = (...members: string[]) =>
  `\${jsonencode({"bindings" = [{"role" = "${ROLE}", "members" = [${members.map((member) => `"${member}"`).join(", ")}]}]})}`;

test("the version goes before the old one, which Google then disables for 30 days; the provider's own times are cut to a job's", () => {
  const [version] = resources(withKey().stack, "google_secret_manager_secret_version");
  expect(version).toMatchObject({
    deletion_policy: "DELETE",
    lifecycle: { create_before_destroy: true },
    timeouts: [{ create: "2m", delete: "2m" }],
  });
  expect(secretOf({})).toMatchObject({ version_destroy_ttl: "2592000s", timeouts: [{ create: "2m", update: "2m", delete: "2m" }] });
  expect(secretOf({ recoveryWindowInDays: 1 })).toMatchObject({ version_destroy_ttl: "86400s" });
  expect(secretOf({ recoveryWindowInDays: 0 })).not.toHaveProperty("version_destroy_ttl");
});

test("what stops a destroy is on the secret alone: on the version it would stop each rotation", () => {
  expect(secretOf({}).lifecycle).toMatchObject({ prevent_destroy: true });
  expect(resources(withKey().stack, "google_secret_manager_secret_version")[0].lifecycle).not.toHaveProperty("prevent_destroy");
});

test("Google chooses the locations, or the user does, each with its own key", () => {
  expect(secretOf({}).replication).toEqual([{ auto: [{}] }]);
  expect(secretOf({ encryptionKeys: [KMS.replace("europe-west3", "global")] }).replication).toEqual([
    { auto: [{ customer_managed_encryption: [{ kms_key_name: expect.stringContaining("/locations/global/") }] }] },
  ]);
  const locations = ["europe-west3", "europe-west4"];
  expect(secretOf({ locations }).replication).toEqual([{ user_managed: [{ replicas: locations.map((location) => ({ location })) }] }]);
  expect(secretOf({ locations: ["europe-west3"], encryptionKeys: [KMS] }).replication).toEqual([
    { user_managed: [{ replicas: [{ location: "europe-west3", customer_managed_encryption: [{ kms_key_name: KMS }] }] }] },
  ]);
});

test("reminders begin after their days, and Google moves them on", () => {
  const secret = secretOf({ topics: ["projects/acme-ai/topics/keys"], remind: { everyDays: 90 } });
  expect(secret).toMatchObject({
    topics: [{ name: "projects/acme-ai/topics/keys" }],
    rotation: [{ rotation_period: "7776000s", next_rotation_time: '${timeadd(plantimestamp(), "2160h")}' }],
    lifecycle: { ignore_changes: ["rotation[0].next_rotation_time"] },
  });
  expect(secretOf({})).not.toHaveProperty("rotation");
  expect(secretOf({}).lifecycle).not.toHaveProperty("ignore_changes");
});

describe("who may read", () => {
  test("without readers, the secret's policy is left alone", () => {
    const { resource } = synthesized(withKey().stack);
    expect(Object.keys(resource)).toEqual(["google_secret_manager_secret", "google_secret_manager_secret_version"]);
  });

  test("with readers, nobody else is in the policy, which is there before the version", () => {
    const { stack } = withKey({ readers: [APP] });
    expect(policyOf(stack)).toBe(bindingOf(APP));
    expect(policyOf(withKey({ readers: [] }).stack)).toBe('${jsonencode({"bindings" = []})}');
    expect(resources(stack, "google_secret_manager_secret_version")[0].depends_on).toEqual([
      expect.stringMatching(/^google_secret_manager_secret_iam_policy\.key_readers_/),
    ]);
  });

  test("a grant adds to the readers, once", () => {
    const { stack, key } = withKey({ readers: [APP] });
    key.grantRead("group:ops@example.com");
    key.grantRead("group:ops@example.com");
    key.grantRead(APP);
    expect(policyOf(stack)).toBe(bindingOf(APP, "group:ops@example.com"));
    expect(resources(stack, "google_secret_manager_secret_iam_member")).toEqual([]);
  });

  test("without readers, a grant leaves the others alone, and is made once", () => {
    const { stack, key } = withKey();
    key.grantRead(APP);
    key.grantRead(APP);
    expect(resources(stack, "google_secret_manager_secret_iam_member")).toMatchObject([{ role: ROLE, member: APP }]);
  });

  test("a service account of the program may read, whichever bindings made it", () => {
    const { stack, key } = withKey();
    const account = new TerraformResource(stack, "app", { terraformResourceType: "google_service_account" });
    key.grantRead(Object.assign(account, { member: account.getStringAttribute("member") }));
    expect(resources(stack, "google_secret_manager_secret_iam_member")).toMatchObject([{ member: "${google_service_account.app.member}" }]);

    const group = new TerraformResource(stack, "group", { terraformResourceType: "google_cloud_identity_group" });
    expect(() => key.grantRead(Object.assign(group, { member: "x" }))).toThrow(
      'grantRead must get a service account or a member; got "google_cloud_identity_group"',
    );
  });

  test.each([
    "serviceAccount:app@acme-ai.iam.gserviceaccount.com",
    "user:jane@example.com",
    "group:ops@example.com",
    "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/gke/subject/ns/default/sa/app",
    "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/attribute.repository_id/456789",
  ])("%s may read", (member) => {
    expect(policyOf(withKey({ readers: [member] }).stack)).toBe(bindingOf(member));
  });

  test.each([
    "allUsers",
    "allAuthenticatedUsers",
    "projectViewer:acme-ai",
    "domain:example.com",
    "deleted:user:jane@example.com?uid=1",
    "app@acme-ai.iam.gserviceaccount.com",
    "serviceAccount:app",
    "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/*",
    "",
  ])("fails for %j", (member) => {
    const message = "hold members such as serviceAccount:app@acme-ai.iam.gserviceaccount.com";
    expect(() => withKey({ readers: [member] })).toThrow(`readers must ${message}`);
    expect(() => withKey().key.grantRead(member)).toThrow(`grantRead must ${message}`);
  });

  test("fails for a member twice, for a list of a deploy, and for a grant to a text of a deploy", () => {
    expect(() => withKey({ readers: [APP, APP] })).toThrow("readers must name each member once");
    expect(() => withKey({ readers: Token.asList("${local.readers}") })).toThrow("readers must be a list in the program itself");
    expect(() => withKey().key.grantRead("${google_service_account.app.member}")).toThrow("grantRead must get a literal member");
  });
});

describe("adoption", () => {
  const adoptSecret = "projects/acme-ai/secrets/ai-test-api-key";

  test("imports the secret, and nothing of its versions", () => {
    expect(synthesized(withKey({ adoptSecret }).stack).import).toEqual([
      { id: adoptSecret, to: expect.stringMatching(/^google_secret_manager_secret\.key_secret_/) },
    ]);
  });

  test("a secret that is to expire is refused when that is planned, and by whoever made it", () => {
    expect(secretOf({}).lifecycle.postcondition).toMatchObject([{ condition: "${try(length(self.expire_time), 0) == 0}" }]);
  });

  test.each([
    [`${adoptSecret}/versions/1`, "be the secret, never a version"],
    [`${adoptSecret}/versions/latest`, "be the secret, never a version"],
    ["projects/acme-ai/locations/europe-west3/secrets/ai-test-api-key", "be a secret that is not regional"],
    ["ai-test-api-key", "be a secret that is not regional, such as projects/acme-ai/secrets/my-key"],
    ["${google_secret_manager_secret.other.id}", "be a secret that is not regional"],
  ])("fails for %s", (secret, rule) => {
    expect(() => withKey({ adoptSecret: secret })).toThrow(`adoptSecret must ${rule}`);
  });

  test("fails for a secret with another id", () => {
    expect(() => withKey({ adoptSecret: "projects/acme-ai/secrets/other" })).toThrow(
      'secretId must be the id of the adopted secret, other; got "ai-test-api-key"',
    );
  });
});

test.each<[Partial<GoogleAiKeySecretProps>, string]>([
  [{ secretId: "" }, "secretId must have 1 to 255 letters, digits, hyphens and underscores"],
  [{ secretId: "a".repeat(256) }, "secretId must have 1 to 255 letters"],
  [{ secretId: "ai.key" }, "secretId must have 1 to 255 letters"],
  [{ locations: [] }, "locations must name at least one location"],
  [{ locations: ["Frankfurt"] }, 'locations must be locations such as europe-west3; got "Frankfurt"'],
  [{ locations: ["europe-west3", "europe-west3"] }, "locations must name each location once"],
  [{ encryptionKeys: [KMS] }, "encryptionKeys must be in the secret's location, global"],
  [{ encryptionKeys: [] }, 'encryptionKeys must be one for each location, in the order of ["global"]'],
  [{ locations: ["europe-west3", "europe-west4"], encryptionKeys: [KMS] }, "encryptionKeys must be one for each location"],
  [
    { locations: ["europe-west3"], encryptionKeys: [`${KMS}/cryptoKeyVersions/1`] },
    "encryptionKeys must be projects/…/locations/…/keyRings/…/cryptoKeys/…, without a version",
  ],
  [{ locations: ["europe-west4"], encryptionKeys: [KMS] }, "encryptionKeys must be in the secret's location, europe-west4"],
  [{ topics: ["keys"] }, 'topics must be projects/…/topics/…; got "keys"'],
  [{ topics: Array.from({ length: 11 }, (_, i) => `projects/p/topics/t${i}`) }, "topics must be 10 at most; got 11"],
  [{ remind: { everyDays: 90 } }, "remind must come with topics, which get the messages"],
  [{ topics: ["projects/p/topics/t"], remind: { everyDays: 0 } }, "remind.everyDays must be a whole number of days from 1 to 36500; got 0"],
  [{ topics: ["projects/p/topics/t"], remind: { everyDays: 1.5 } }, "remind.everyDays must be a whole number of days"],
  [
    { recoveryWindowInDays: -1 },
    "recoveryWindowInDays must be 0 (destroy old versions at once) or a whole number of days from 1 to 1000; got -1",
  ],
  [{ recoveryWindowInDays: 1_001 }, "recoveryWindowInDays must be 0"],
  [{ recoveryWindowInDays: 0.5 }, "recoveryWindowInDays must be 0"],
  [{ labels: { "": "x" } }, "labels must have keys of 1 to 63 lower-case letters"],
])("fails for %j", (props, message) => {
  expect(() => withKey(props)).toThrow(message);
});

test("several keys live in one stack without sharing a name", () => {
  const { stack } = withKey();
  const inside = new Construct(stack, "inside");
  const apiKey = new EphemeralVariable(stack, "other_key");
  new GoogleAiKeySecret(inside, "key", { apiKey, secretId: "other" }).grantRead(APP);
  expect(resources(stack, "google_secret_manager_secret")).toHaveLength(2);
});
