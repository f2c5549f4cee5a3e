// Made of rotator/*.ts by npm run bundle. Licensed under the MIT license.
"use strict";
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// rotator/index.ts
var index_exports = {};
__export(index_exports, {
  handler: () => handler
});
module.exports = __toCommonJS(index_exports);
var import_client_secrets_manager2 = require("@aws-sdk/client-secrets-manager");

// rotator/ask.ts
var import_promises = require("node:timers/promises");
var SURROUNDINGS = { fetch: (...request) => fetch(...request), now: () => Date.now(), sleep: import_promises.setTimeout };
var TIMEOUT = 1e4;
var TRIES = 3;
var LONGEST_PAUSE = 5e3;
async function ask({ fetch: fetch2, sleep: pause }, question) {
  const { provider, method, url, key, body, purpose } = question;
  const { host } = new URL(url);
  if (!/^[!-~]+$/.test(key)) {
    throw new Error(`${provider} can't ${purpose}: what is stored as its key is none. Store it again.`);
  }
  for (let attempt = 1; ; attempt += 1) {
    const reply = await once(fetch2, { method, url, key, body });
    const failed = typeof reply === "string" || reply.status === 429 || reply.status >= 500;
    if (!failed) {
      return reply;
    }
    const repeats = attempt < TRIES && (method !== "POST" || typeof reply !== "string" && reply.status === 429);
    if (!repeats) {
      const what = typeof reply === "string" ? reply : `HTTP ${reply.status}${codeOf(reply)}`;
      throw new Error(`${provider} can't ${purpose}: ${host} answers with ${what}. Secrets Manager tries again.`);
    }
    await pause(Math.min(1e3 * 2 ** (attempt - 1), LONGEST_PAUSE));
  }
}
async function once(fetcher, { method, url, key, body }) {
  try {
    const response = await fetcher(url, {
      method,
      headers: { authorization: `Bearer ${key}`, ...body ? { "content-type": "application/json" } : {} },
      redirect: "manual",
      // it could lead the key elsewhere
      signal: AbortSignal.timeout(TIMEOUT),
      ...body ? { body: JSON.stringify(body) } : {}
    });
    return { status: response.status, body: jsonIn(await response.text()) };
  } catch (error) {
    return error instanceof Error && error.name === "TimeoutError" ? "nothing in time" : "nothing";
  }
}
function jsonIn(text) {
  try {
    return JSON.parse(text);
  } catch {
    return void 0;
  }
}
function fieldOf(value, name) {
  return typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : void 0;
}
function textOf(value, name) {
  const text = fieldOf(value, name);
  return typeof text === "string" ? text : "";
}
function listOf(value, name) {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
}
function codeOf({ body }) {
  const error = fieldOf(body, "error");
  const code = textOf(error, "code") || textOf(error, "type");
  return /^[a-z_]{1,60}$/.test(code) ? ` (${code})` : "";
}

// rotator/rotation.ts
var import_node_crypto = require("node:crypto");
var import_client_secrets_manager = require("@aws-sdk/client-secrets-manager");

// lib/key/refusals.ts
var KEY_REFUSALS = [
  { status: 401, source: "https://developers.openai.com/api/docs/guides/error-codes" },
  { provider: "xai", status: 400, says: "incorrect api key", source: "https://github.com/openai/codex/issues/1352" },
  {
    provider: "google-gemini",
    status: 400,
    says: "api_key_invalid|api key (?:not valid|not found|expired)",
    source: "https://github.com/google/timesketch/pull/3703, https://github.com/google-gemini/gemini-cli/issues/25198, #4430"
  },
  {
    provider: "google-gemini",
    status: 403,
    says: "reported as leaked|consumer_suspended|has been suspended",
    source: "https://github.com/googleapis/python-genai/issues/1764, https://github.com/google/generative-ai-docs/issues/356"
  },
  {
    provider: "anthropic",
    status: 400,
    says: "organization has been disabled",
    source: "https://github.com/anthropics/claude-code/issues/8327"
  },
  { provider: "groq", status: 400, says: "organization_restricted", source: "https://github.com/songquanpeng/one-api/issues/1764" }
];
var NOT_THE_KEY = "ip_not_authorized";
function refusesKey(status, body) {
  const said = body.toLowerCase();
  return !said.includes(NOT_THE_KEY) && KEY_REFUSALS.some((refusal2) => refusal2.status === status && (refusal2.says === void 0 || new RegExp(refusal2.says).test(said)));
}

// rotator/providers.ts
var MOST_PAGES = 100;
var DAY = 86400;
var MAY_NOT_LIST = 403;
var KEY_APIS = { openai, openrouter };
function openai({ made, expiresInDays }, surroundings) {
  const { projectId, serviceAccountId, scopes } = made;
  const project = `https://api.openai.com/v1/organization/projects/${encodeURIComponent(String(projectId))}`;
  const asker = askerOf("OpenAI", surroundings, {
    where: `project ${projectId} with service account ${serviceAccountId}`,
    rights: "an admin key with the right to write the project's API keys"
  });
  return {
    name: "OpenAI",
    list: async (admin) => {
      const keys = [];
      let after = "";
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = `limit=100&owner_project_access=any${after && `&after=${encodeURIComponent(after)}`}`;
        const { body } = await asker.do("GET", `${project}/api_keys?${query}`, admin, "list the keys");
        const owned = listOf(body, "data").filter(
          (key) => textOf(fieldOf(fieldOf(key, "owner"), "service_account"), "id") === serviceAccountId
        );
        keys.push(...owned.map((key) => ({ id: textOf(key, "id"), name: textOf(key, "name"), created: secondsOf(key, "created_at") })));
        after = textOf(body, "last_id");
        if (fieldOf(body, "has_more") !== true || !after) {
          return keys;
        }
      }
      throw new Error("OpenAI's list of keys does not end.");
    },
    create: async (admin, name) => {
      const url = `${project}/service_accounts/${encodeURIComponent(String(serviceAccountId))}/api_keys`;
      const wanted = {
        name,
        ...scopes === void 0 ? {} : { scopes },
        ...expiresInDays === void 0 ? {} : { expires_in_seconds: expiresInDays * DAY }
      };
      const { body } = await asker.do("POST", url, admin, "make a key", wanted);
      return newKey("OpenAI", textOf(body, "id"), textOf(body, "value"), fieldOf(body, "expires_at"));
    },
    delete: (admin, id) => asker.delete(`${project}/api_keys/${encodeURIComponent(id)}`, admin),
    accepts: (key) => asker.accepts("https://api.openai.com/v1/models", key, scopes === void 0 ? void 0 : MAY_NOT_LIST)
  };
}
function openrouter({ made, expiresInDays }, surroundings) {
  const { workspaceId, limit, limitReset } = made;
  const keysUrl = "https://openrouter.ai/api/v1/keys";
  const asker = askerOf("OpenRouter", surroundings, {
    where: workspaceId === void 0 ? "the default workspace" : `workspace ${workspaceId}`,
    rights: "a management key of the workspace"
  });
  const workspace = workspaceId === void 0 ? "" : `&workspace_id=${encodeURIComponent(String(workspaceId))}`;
  return {
    name: "OpenRouter",
    list: async (admin) => {
      const keys = [];
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = `include_disabled=true&offset=${keys.length}${workspace}`;
        const { body } = await asker.do("GET", `${keysUrl}?${query}`, admin, "list the keys");
        const found = listOf(body, "data");
        if (found.length === 0) {
          return keys;
        }
        keys.push(
          ...found.map((key) => ({
            id: textOf(key, "hash"),
            name: textOf(key, "name"),
            created: Date.parse(textOf(key, "created_at")) || 0
          }))
        );
      }
      throw new Error("OpenRouter's list of keys does not end.");
    },
    create: async (admin, name) => {
      const expiresAt = expiresInDays === void 0 ? void 0 : new Date(surroundings.now() + expiresInDays * DAY * 1e3);
      const wanted = {
        name,
        ...workspaceId === void 0 ? {} : { workspace_id: workspaceId },
        ...limit === void 0 ? {} : { limit },
        ...limitReset === void 0 ? {} : { limit_reset: limitReset },
        ...expiresAt === void 0 ? {} : { expires_at: expiresAt.toISOString() }
      };
      const { body } = await asker.do("POST", keysUrl, admin, "make a key", wanted);
      const data = fieldOf(body, "data");
      return newKey("OpenRouter", textOf(data, "hash"), textOf(body, "key"), fieldOf(data, "expires_at"));
    },
    delete: (admin, id) => asker.delete(`${keysUrl}/${encodeURIComponent(id)}`, admin),
    accepts: (key) => asker.accepts("https://openrouter.ai/api/v1/key", key)
  };
}
function newKey(provider, id, value, expiry) {
  if (!id || !/^[!-~]{16,}$/.test(value)) {
    throw new Error(`${provider} has made a key, and its answer has none that this function knows. Secrets Manager tries again.`);
  }
  return { id, value, expires: expiry !== void 0 && expiry !== null };
}
function secondsOf(value, name) {
  const seconds = fieldOf(value, name);
  return typeof seconds === "number" ? seconds * 1e3 : 0;
}
function askerOf(provider, surroundings, advice) {
  const asked = async (method, url, key, purpose, body) => ask(surroundings, { provider, method, url, key, purpose, ...body ? { body } : {} });
  return {
    do: async (method, url, admin, purpose, body) => {
      const reply = await asked(method, url, admin, purpose, body);
      if (reply.status >= 200 && reply.status < 300) {
        return reply;
      }
      throw new Error(refusal(provider, purpose, reply, advice));
    },
    delete: async (url, admin) => {
      const reply = await asked("DELETE", url, admin, "delete an old key");
      if (reply.status !== 404 && (reply.status < 200 || reply.status >= 300)) {
        throw new Error(refusal(provider, "delete an old key", reply, advice));
      }
    },
    accepts: async (url, key, known) => {
      const reply = await asked("GET", url, key, "test the new key");
      if (refusesKey(reply.status, JSON.stringify(reply.body) ?? "")) {
        return false;
      }
      if (reply.status >= 200 && reply.status < 300 || reply.status === known) {
        return true;
      }
      throw new Error(
        `${provider} can't test the new key: it answers with HTTP ${reply.status}${codeOf(reply)}. Secrets Manager tries again.`
      );
    }
  };
}
function refusal(provider, purpose, reply, { where, rights }) {
  const what = `${provider} refuses to ${purpose} (HTTP ${reply.status}${codeOf(reply)})`;
  switch (reply.status) {
    case 401:
      return `${what}: it does not take the admin key. Make another one, ${rights}, and deploy the stack of the rotator with it.`;
    case 403:
      return `${what}: the admin key may not. It has to be ${rights}.`;
    case 404:
      return `${what}: there is no ${where}. Mend rotation in the program, and deploy the stack of the rotator again.`;
    default:
      return `${what} for ${where}. If there are too many keys, delete some; if the organization demands an expiry, set expiresInDays.`;
  }
}

// rotator/rotation.ts
var CACHE_TIME = 36e5;
var CALL_TIME = 12e4;
var GRACE = 3e4;
var STEPS = /* @__PURE__ */ new Map([
  ["createSecret", createSecret],
  ["setSecret", async () => "nothing to do: the provider has made the key"],
  ["testSecret", testSecret],
  ["finishSecret", finishSecret]
]);
async function rotate(secrets2, settings, surroundings, event) {
  const { Step: step = "", SecretId: arn = "", ClientRequestToken: token = "", RotationToken: rotationToken } = event;
  const perform = STEPS.get(step);
  if (!perform || !arn || !token) {
    throw new Error("This function is called by Secrets Manager to rotate a key. Start a rotation with ai-key rotate.");
  }
  const secret = await secrets2.send(new import_client_secrets_manager.DescribeSecretCommand({ SecretId: arn }));
  const { Name: name = "", ARN = arn, VersionIdsToStages: versions = {}, RotationEnabled: enabled } = secret;
  const key = settings.keys[name];
  const adminKeyArn = key && settings.adminKeys[key.provider];
  if (!key || !adminKeyArn) {
    throw new Error(`${name} is none of the secrets that this function rotates: deploy the stack of the rotator again.`);
  }
  const stages = versions[token] ?? [];
  if (stages.includes("AWSCURRENT")) {
    return `${step} of ${name}: nothing to do, version ${token} is current`;
  }
  if (!enabled || !stages.includes("AWSPENDING")) {
    throw new Error(`${name} has no rotation that makes version ${token}. Start one with ai-key rotate.`);
  }
  const api = KEY_APIS[key.provider](key, surroundings);
  const done = await perform({ secrets: secrets2, surroundings, secret, arn: ARN, token, rotationToken, key, api, adminKeyArn });
  return `${step} of ${name}: ${done}`;
}
async function createSecret(rotation) {
  const { arn, token, rotationToken, secrets: secrets2, key, api } = rotation;
  if (await pendingValue(rotation) !== void 0) {
    return "nothing to do: the key is stored";
  }
  const admin = await adminKey(rotation);
  const unused = unusedKeys(rotation, await api.list(admin));
  for (const { id } of unused) {
    await api.delete(admin, id);
  }
  const made = await api.create(admin, keyName(arn, token));
  const problem = expiryProblem(rotation, made);
  if (problem) {
    await api.delete(admin, made.id);
    throw new Error(problem);
  }
  if (versionWith(rotation.secret, "AWSCURRENT") === void 0) {
    await untilAccepted(rotation, made.value);
  }
  try {
    await secrets2.send(
      new import_client_secrets_manager.PutSecretValueCommand({
        SecretId: arn,
        ClientRequestToken: token,
        SecretString: key.body ? JSON.stringify({ [keyNameOf(key)]: made.value, ...key.body }) : made.value,
        VersionStages: ["AWSPENDING"],
        ...rotationToken === void 0 ? {} : { RotationToken: rotationToken }
      })
    );
  } catch (error) {
    if (error instanceof import_client_secrets_manager.ResourceExistsException) {
      await api.delete(admin, made.id);
      return `another call has stored a key; deleted ${made.id}`;
    }
    throw error;
  }
  return [`made ${made.id}`, ...unused.map(({ id }) => `deleted ${id}`)].join(", ");
}
async function testSecret(rotation) {
  const stored = await pendingValue(rotation);
  if (stored === void 0) {
    return "nothing to test: no key is stored yet";
  }
  await untilAccepted(rotation, rotation.key.body ? textOf(jsonIn(stored), keyNameOf(rotation.key)) : stored);
  return `${rotation.api.name} takes the new key`;
}
async function untilAccepted({ api, arn, token, surroundings }, value) {
  const end = surroundings.now() + GRACE;
  for (let pause = 1e3; !await api.accepts(value); pause *= 2) {
    if (surroundings.now() + pause > end) {
      throw new Error(
        `${api.name} does not take the new key, and the current one stays. If this repeats, have another key made: aws secretsmanager update-secret-version-stage --secret-id ${arn} --version-stage AWSPENDING --remove-from-version-id ${token}, then ai-key rotate.`
      );
    }
    await surroundings.sleep(pause);
  }
}
async function finishSecret(rotation) {
  const { secrets: secrets2, secret, arn, token } = rotation;
  if (await pendingValue(rotation) === void 0) {
    throw new Error(`version ${token} holds no key: Secrets Manager begins again with createSecret.`);
  }
  const current = versionWith(secret, "AWSCURRENT");
  try {
    await secrets2.send(
      new import_client_secrets_manager.UpdateSecretVersionStageCommand({
        SecretId: arn,
        VersionStage: "AWSCURRENT",
        MoveToVersionId: token,
        ...current === void 0 ? {} : { RemoveFromVersionId: current }
      })
    );
  } catch (error) {
    if (versionWith(await secrets2.send(new import_client_secrets_manager.DescribeSecretCommand({ SecretId: arn })), "AWSCURRENT") !== token) {
      throw error;
    }
  }
  return `version ${token} is current`;
}
function unusedKeys({ arn, token, secret, api, surroundings }, keys) {
  const current = versionWith(secret, "AWSCURRENT");
  const previous = versionWith(secret, "AWSPREVIOUS");
  const unused = keys.filter(({ name }) => name.startsWith(keyName(arn, "")) && name !== (current && keyName(arn, current)));
  const own = unused.find(({ name, created }) => name === keyName(arn, token) && created + CALL_TIME > surroundings.now());
  if (own) {
    throw new Error(
      `${api.name} has made ${own.id} for this rotation less than two minutes ago, and another call may be about to store it.`
    );
  }
  const cached = (secret.LastRotatedDate?.getTime() ?? 0) + CACHE_TIME;
  if (cached > surroundings.now() && unused.some(({ name }) => previous !== void 0 && name === keyName(arn, previous))) {
    const time = new Date(cached).toISOString();
    throw new Error(
      `the key before the current one may be in use until ${time}, as applications keep a key for up to an hour, and ${api.name} must not have three: rotate after that. If a key has leaked, delete it at ${api.name}.`
    );
  }
  return unused;
}
function expiryProblem({ key, api }, made) {
  return made.expires && key.expiresInDays === void 0 ? `${api.name} gives its keys an expiry, as the organization or the project demands: set expiresInDays beside the project, so that keys are replaced well before it.` : void 0;
}
async function pendingValue({ secrets: secrets2, arn, token }) {
  try {
    const command = new import_client_secrets_manager.GetSecretValueCommand({ SecretId: arn, VersionId: token, VersionStage: "AWSPENDING" });
    return (await secrets2.send(command)).SecretString;
  } catch (error) {
    if (error instanceof import_client_secrets_manager.ResourceNotFoundException) {
      return void 0;
    }
    throw error;
  }
}
async function adminKey({ secrets: secrets2, adminKeyArn, api }) {
  try {
    return (await secrets2.send(new import_client_secrets_manager.GetSecretValueCommand({ SecretId: adminKeyArn }))).SecretString ?? "";
  } catch (error) {
    if (error instanceof import_client_secrets_manager.ResourceNotFoundException) {
      throw new Error(`the admin key of ${api.name} is not stored: deploy the stack of the rotator with it.`);
    }
    throw error;
  }
}
function keyNameOf({ keyName: keyName2 = "apiKey" }) {
  return keyName2;
}
function versionWith({ VersionIdsToStages: versions = {} }, stage) {
  return Object.keys(versions).find((id) => versions[id]?.includes(stage));
}
function keyName(secretArn, version) {
  return `ai-key-${(0, import_node_crypto.createHash)("sha256").update(secretArn).digest("hex").slice(0, 16)}-${version}`;
}

// lib/rotation/rotator-settings.ts
var SETTINGS_VARIABLE = "ROTATOR_SETTINGS";

// rotator/settings.ts
function settingsIn(environment) {
  const text = environment[SETTINGS_VARIABLE];
  if (!text) {
    throw new Error(`The function's environment has no ${SETTINGS_VARIABLE}: deploy the stack of the rotator again.`);
  }
  return JSON.parse(text);
}

// rotator/index.ts
var secrets = new import_client_secrets_manager2.SecretsManagerClient({});
async function handler(event) {
  try {
    console.log(await rotate(secrets, settingsIn(process.env), SURROUNDINGS, event));
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error("unknown error");
    const failure = new Error(message);
    failure.name = name;
    failure.stack = `${name}: ${message}`;
    throw failure;
  }
}
// Annotate the CommonJS export names for ESM import in node:
0 && (module.exports = {
  handler
});
