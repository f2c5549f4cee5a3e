import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import type { RotatorSettings } from "../../../lib/rotation/rotator-settings";
import type { Surroundings } from "../../../rotator/ask";
import { type RotationEvent, rotate } from "../../../rotator/rotation";

const ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ai/test/openai-api-key-a1B2c3";
const SETTINGS: RotatorSettings = {
  adminKeys: { openai: "admin" },
  keys: { "ai/test/openai-api-key": { provider: "openai", made: { projectId: "proj_abc", serviceAccountId: "user-abc" } } },
};
const NO_PROVIDER: Surroundings = {
  now: () => 0,
  sleep: async () => {},
  fetch: () => Promise.reject(new Error("the provider must not be asked")),
};

/** Calls the function on a secret whose versions have these labels and no value; what it has called is in `calls`. */
async function call(event: RotationEvent, versions: Record<string, string[]>, name = "ai/test/openai-api-key") {
  const calls: string[] = [];
  const secrets = new SecretsManagerClient({ region: "us-east-1" });
  secrets.middlewareStack.add(
    (_, { commandName }) =>
      async () => {
        calls.push(String(commandName));
        if (commandName === GetSecretValueCommand.name) {
          throw new ResourceNotFoundException({ message: "no value", $metadata: {} });
        }
        return { response: {}, output: { $metadata: {}, ARN, Name: name, RotationEnabled: true, VersionIdsToStages: versions } };
      },
    { step: "initialize" },
  );
  const result = await rotate(secrets, SETTINGS, NO_PROVIDER, event).catch((error: Error) => error.message);
  secrets.destroy();
  return { result, calls };
}

const event = (Step: string) => ({ Step, SecretId: ARN, ClientRequestToken: "new" });
const changes = [PutSecretValueCommand.name, UpdateSecretVersionStageCommand.name];

test("AWS's test of a schedule, with a version that holds nothing, passes and asks nobody", async () => {
  const { result } = await call(event("testSecret"), { new: ["AWSPENDING"] });
  expect(result).toBe("testSecret of ai/test/openai-api-key: nothing to test: no key is stored yet");
});

test("a version that holds no key does not become the current one, whoever calls the last step", async () => {
  const { result, calls } = await call(event("finishSecret"), { old: ["AWSCURRENT"], new: ["AWSPENDING"] });
  expect(result).toContain("version new holds no key");
  expect(calls).toEqual([DescribeSecretCommand.name, GetSecretValueCommand.name]);
});

test.each([
  [
    "a version that Secrets Manager has not begun",
    event("createSecret"),
    { old: ["AWSCURRENT"] },
    "has no rotation that makes version new",
  ],
  ["a step that is none", event("deleteSecret"), { new: ["AWSPENDING"] }, "This function is called by Secrets Manager"],
  ["a step that each object has", event("constructor"), { new: ["AWSPENDING"] }, "This function is called by Secrets Manager"],
  ["a call without an event", {}, {}, "This function is called by Secrets Manager"],
])("fails for %s, and changes nothing", async (_, asked, versions, message) => {
  const { result, calls } = await call(asked, versions);
  expect(result).toContain(message);
  expect(calls.filter((name) => changes.includes(name))).toEqual([]);
});

test("fails for a secret that the program does not name, such as an admin key's, and reads nothing of it", async () => {
  const { result, calls } = await call(event("createSecret"), { new: ["AWSPENDING"] }, "ai/rotator/openai-admin-key");
  expect(result).toContain("ai/rotator/openai-admin-key is none of the secrets that this function rotates");
  expect(calls).toEqual([DescribeSecretCommand.name]);
});

test("a step of a version that is current has been done", async () => {
  const { result, calls } = await call(event("finishSecret"), { new: ["AWSCURRENT", "AWSPENDING"] });
  expect(result).toBe("finishSecret of ai/test/openai-api-key: nothing to do, version new is current");
  expect(calls).toEqual([DescribeSecretCommand.name]);
});
