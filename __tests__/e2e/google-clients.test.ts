import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { block } from "../support/documents";
import { GoogleSecretManager } from "../support/google-secret-manager";
import { needBoto3 } from "../support/needs";
import { ROOT } from "../support/project";

const folder = mkdtempSync(join(tmpdir(), "ai-key-e2e-google-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** As Google's client answers, by REST: https://cloud.google.com/python/docs/reference/secretmanager/latest */
const CLIENT = `
import base64, json, os, types, urllib.request


class SecretManagerServiceClient:
    def access_secret_version(self, request):
        url = os.environ["ENDPOINT"] + request["name"] + ":access"
        call = urllib.request.Request(url, headers={"Authorization": "Bearer application"})
        payload = json.load(urllib.request.urlopen(call))["payload"]
        return types.SimpleNamespace(payload=types.SimpleNamespace(data=base64.b64decode(payload["data"])))
`;

/** What an application does with the key of the block: the first request is refused. */
const USE = `
from ai_key import KeyRefused

print(key.get())
STORE_THE_SECOND()


def request(key):
    if key.startswith("the-first"):
        raise KeyRefused()
    return key


print(key.use(request))
`;

test("the client for Python reads the key, and repeats a refused request with the newer one", async () => {
  needBoto3();
  const google = new GoogleSecretManager("acme-ai", "1234567890", {
    application: {
      member: "serviceAccount:app@acme-ai.iam.gserviceaccount.com",
      permissions: ["secretmanager.versions.access", "secretmanager.versions.add"],
    },
  });
  await google.start();
  try {
    const data = (key: string) => Buffer.from(key).toString("base64");
    google.byHand("POST", "?secretId=ai-production-api-key", { replication: { automatic: {} } });
    google.byHand("POST", "/ai-production-api-key:addVersion", { payload: { data: data("the-first-key-of-all") } });
    mkdirSync(join(folder, "google/cloud"), { recursive: true });
    writeFileSync(join(folder, "google/cloud/secretmanager.py"), CLIENT);
    const store = `
def STORE_THE_SECOND():
    import json, os, urllib.request
    url = os.environ["ENDPOINT"] + "projects/acme-ai/secrets/ai-production-api-key:addVersion"
    body = json.dumps({"payload": {"data": "${data("the-second-key-of-all")}"}}).encode()
    urllib.request.urlopen(urllib.request.Request(url, body, {"Authorization": "Bearer application"}))
`;
    writeFileSync(join(folder, "app.py"), block("docs/google.md", "py", "secretmanager") + store + USE);

    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PYTHONPATH: `${folder}:${join(ROOT, "examples/python")}`,
      ENDPOINT: google.endpoint,
    };
    const { stdout } = await promisify(execFile)("python3", [join(folder, "app.py")], { env });
    expect(stdout.trim().split("\n")).toEqual(["the-first-key-of-all", "the-second-key-of-all"]);
  } finally {
    await google.close();
  }
});
