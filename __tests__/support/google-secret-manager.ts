import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { type LoopbackServer, startServer } from "../../lab/process/loopback-server";

/** Who calls, by the token. */
export interface Caller {
  /** As policies name it. */
  readonly member: string;
  /** What it may do in the whole project. */
  readonly permissions: readonly string[];
}

/** A call that was answered, or refused. */
export interface GoogleCall {
  readonly token: string;
  readonly permission: string;
  readonly allowed: boolean;
}

type State = "ENABLED" | "DISABLED" | "DESTROYED";

interface Version {
  state: State;
  /** In base64; undefined once it is destroyed. */
  data: string | undefined;
  /** Milliseconds. */
  destroyAt?: number;
}

interface Secret {
  settings: Readonly<Record<string, unknown>>;
  policy: { bindings: readonly Binding[] };
  policyEtag: number;
  readonly versions: Version[];
}

interface Binding {
  readonly role: string;
  readonly members: readonly string[];
}

type Body = Readonly<Record<string, unknown>>;

/** Google's codes, with HTTP's: https://cloud.google.com/apis/design/errors#handling_errors */
const HTTP_CODES = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
};

class Refusal extends Error {
  constructor(
    public readonly status: keyof typeof HTTP_CODES,
    message: string,
  ) {
    super(message);
  }
}

const DAY = 86_400_000; // milliseconds

/** https://cloud.google.com/secret-manager/quotas */
const MAX_BYTES = 65_536;

/** What only Google writes: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets */
const OUTPUT_ONLY = ["name", "createTime", "etag"];

/** The permission of each call: https://cloud.google.com/secret-manager/docs/reference/rest */
const VERBS: Readonly<Record<string, string>> = {
  "GET secret": "secrets.get",
  "PATCH secret": "secrets.update",
  "DELETE secret": "secrets.delete",
  "GET secret:getIamPolicy": "secrets.getIamPolicy",
  "POST secret:setIamPolicy": "secrets.setIamPolicy",
  "POST secret:addVersion": "versions.add",
  "GET version": "versions.get",
  "GET version:access": "versions.access",
  "POST version:enable": "versions.enable",
  "POST version:disable": "versions.disable",
  "POST version:destroy": "versions.destroy",
};

/**
 * Google Secret Manager as its documentation has it, in memory: for one project, over HTTP alone. What it has not, it refuses. Each rule has
 * its page; what no page says, it does not do.
 */
export class GoogleSecretManager {
  public readonly calls: GoogleCall[] = [];

  /** Runs before each call of somebody else is answered, and after it. */
  public around: () => void = () => {};

  private readonly secrets = new Map<string, Secret>();
  private server: LoopbackServer | undefined;
  private now = Date.now();

  /**
   * @param project its id
   * @param number its number, which Google puts into names whatever the call had: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets
   */
  constructor(
    private readonly project: string,
    private readonly number: string,
    private readonly callers: Readonly<Record<string, Caller>>,
  ) {}

  public async start(): Promise<void> {
    this.server = await startServer(async (request, response) => {
      this.around();
      const { status, body } = await this.answer(request);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      this.around();
    });
  }

  public async close(): Promise<void> {
    await this.server?.close();
  }

  /** What GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT is set to. */
  public get endpoint(): string {
    return `${this.server?.url}/v1/`;
  }

  /** Days pass: versions whose time has come are destroyed. */
  public pass(days: number): void {
    this.now += days * DAY;
    for (const { versions } of this.secrets.values()) {
      for (const version of versions.filter(({ destroyAt = Number.POSITIVE_INFINITY }) => destroyAt <= this.now)) {
        destroy(version);
      }
    }
  }

  /** What a caller reads, such as `latest`; else the code of the refusal. */
  public read(token: string, secretId: string, version = "latest"): string {
    try {
      const name = `projects/${this.project}/secrets/${secretId}/versions/${version}:access`;
      const { payload } = this.call("GET", new URL(`http://fake/v1/${name}`), token, {}, false);
      return Buffer.from(String(Object(payload).data), "base64").toString();
    } catch (error) {
      if (error instanceof Refusal) {
        return error.status;
      }
      throw error;
    }
  }

  /** The ids of the secrets that there are. */
  public secretIds(): string[] {
    return [...this.secrets.keys()].sort();
  }

  /** What a secret is, as the API writes it. */
  public settings(secretId: string): Body {
    return this.find(secretId).settings;
  }

  public bindings(secretId: string): readonly Binding[] {
    return this.find(secretId).policy.bindings;
  }

  public states(secretId: string): State[] {
    return this.find(secretId).versions.map(({ state }) => state);
  }

  /** Something that was done without Terraform. */
  public byHand(method: string, path: string, body: Body = {}): void {
    const everything = "by hand";
    const permissions = [...Object.values(VERBS), "secrets.create"].map((verb) => `secretmanager.${verb}`);
    this.call(method, new URL(`http://fake/v1/projects/${this.project}/secrets${path}`), everything, body, false, {
      member: everything,
      permissions,
    });
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: Body }> {
    const [, token = ""] = request.headers.authorization?.match(/^Bearer (.+)$/) ?? [];
    const sent = await text(request);
    try {
      const body = sent === "" ? {} : JSON.parse(sent);
      return { status: 200, body: this.call(request.method ?? "", new URL(request.url ?? "", "http://fake"), token, body ?? {}, true) };
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      const code = HTTP_CODES[error.status];
      return { status: code, body: { error: { code, status: error.status, message: error.message } } };
    }
  }

  private call(method: string, url: URL, token: string, body: Body, noted: boolean, caller = this.callers[token]): Body {
    const [, project, id, version, verb = ""] =
      decodeURIComponent(url.pathname).match(/^\/v1\/projects\/([^/]+)\/secrets(?:\/([^/:]+)(?:\/versions\/([^/:]+))?)?(:\w+)?$/) ?? [];
    const kind = id === undefined ? "secrets" : version === undefined ? "secret" : "version";
    const permission = `secretmanager.${method === "POST" && kind === "secrets" ? "secrets.create" : VERBS[`${method} ${kind}${verb}`]}`;
    if (permission.endsWith("undefined") || (project !== this.project && project !== this.number)) {
      throw new Refusal("NOT_FOUND", `${method} ${url.pathname} is not among what this stand-in knows`);
    }
    if (!caller) {
      throw new Refusal("UNAUTHENTICATED", "Request had invalid authentication credentials.");
    }
    const allowed = this.allows(caller, permission, id);
    if (noted) {
      this.calls.push({ token, permission, allowed });
    }
    if (!allowed) {
      throw new Refusal("PERMISSION_DENIED", `Permission '${permission}' denied for resource '${url.pathname}' (or it may not exist).`);
    }
    return id === undefined
      ? this.create(url.searchParams.get("secretId") ?? "", body)
      : version === undefined
        ? this.onSecret(id, permission, url.searchParams, body)
        : this.onVersion(id, version, permission);
  }

  /** By the project, or by the secret's policy: https://cloud.google.com/secret-manager/docs/access-control */
  private allows({ member, permissions }: Caller, permission: string, id: string | undefined): boolean {
    const bindings = this.secrets.get(id ?? "")?.policy.bindings ?? [];
    const isReader = bindings.some(({ role, members }) => role === "roles/secretmanager.secretAccessor" && members.includes(member));
    return permissions.includes(permission) || (isReader && permission === "secretmanager.versions.access");
  }

  /** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create */
  private create(id: string, settings: Body): Body {
    if (!/^[\w-]{1,255}$/.test(id) || settings.replication === undefined) {
      throw new Refusal("INVALID_ARGUMENT", `The secret id ${id} or its replication is invalid.`);
    }
    if (this.secrets.has(id)) {
      throw new Refusal("ALREADY_EXISTS", `Secret [${this.nameOf(id)}] already exists.`);
    }
    checkSettings(settings, this.now);
    this.secrets.set(id, { settings, policy: { bindings: [] }, policyEtag: 0, versions: [] });
    return this.shown(id);
  }

  private onSecret(id: string, permission: string, query: URLSearchParams, body: Body): Body {
    const secret = this.find(id);
    switch (permission) {
      case "secretmanager.secrets.get":
        return this.shown(id);
      case "secretmanager.secrets.update":
        return this.update(id, query.get("updateMask")?.split(",") ?? [], body);
      // At once, with all versions, and for ever: https://cloud.google.com/secret-manager/docs/delete-secret
      case "secretmanager.secrets.delete":
        this.secrets.delete(id);
        return {};
      case "secretmanager.secrets.setIamPolicy":
        return this.setPolicy(secret, Object(body.policy));
      case "secretmanager.secrets.getIamPolicy":
        return policyOf(secret);
      default:
        return this.add(id, secret, Object(body.payload).data);
    }
  }

  /** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/patch */
  private update(id: string, mask: readonly string[], body: Body): Body {
    const secret = this.find(id);
    if (mask.length === 0 || mask.some((field) => OUTPUT_ONLY.includes(field))) {
      throw new Refusal("INVALID_ARGUMENT", `The update mask ${mask} is invalid.`);
    }
    const settings = Object.fromEntries(mask.map((field) => [field, body[field]]));
    checkSettings({ topics: secret.settings.topics, ...settings }, this.now);
    secret.settings = { ...secret.settings, ...settings };
    return this.shown(id);
  }

  /** It replaces the policy, unless that is another one than the caller knows: https://cloud.google.com/iam/docs/policies#etag */
  private setPolicy(secret: Secret, policy: { etag?: string; bindings?: readonly Binding[] }): Body {
    if (policy.etag !== undefined && policy.etag !== policyOf(secret).etag) {
      throw new Refusal(
        "ABORTED",
        "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.",
      );
    }
    secret.policy = { bindings: policy.bindings ?? [] };
    secret.policyEtag++;
    return policyOf(secret);
  }

  /** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/addVersion */
  private add(id: string, secret: Secret, data: unknown): Body {
    const bytes = typeof data === "string" ? Buffer.from(data, "base64").length : 0;
    if (typeof data !== "string" || bytes === 0 || bytes > MAX_BYTES) {
      throw new Refusal("INVALID_ARGUMENT", `The payload must have 1 to ${MAX_BYTES} bytes; it has ${bytes}.`);
    }
    secret.versions.push({ state: "ENABLED", data });
    return this.shownVersion(id, secret.versions.length);
  }

  private onVersion(id: string, alias: string, permission: string): Body {
    const { versions, settings } = this.find(id);
    // The newest one, whatever its state: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access
    const number = alias === "latest" ? versions.length : Number(alias);
    const version = versions[number - 1];
    if (!version) {
      throw new Refusal("NOT_FOUND", `Secret Version [${this.nameOf(id)}/versions/${alias}] not found.`);
    }
    const refuse = (state: State) => {
      throw new Refusal("FAILED_PRECONDITION", `Secret Version [${this.nameOf(id)}/versions/${number}] is in ${state} state.`);
    };

    // Only an enabled version can be read, and no version leaves DESTROYED: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions#State
    if (permission === "secretmanager.versions.access" && version.state !== "ENABLED") {
      refuse(version.state);
    }
    if (permission !== "secretmanager.versions.get" && version.state === "DESTROYED") {
      refuse(version.state);
    }
    if (permission === "secretmanager.versions.access") {
      return { name: `${this.nameOf(id)}/versions/${number}`, payload: { data: version.data } };
    }
    if (permission === "secretmanager.versions.enable" || permission === "secretmanager.versions.disable") {
      version.state = permission.endsWith("enable") ? "ENABLED" : "DISABLED";
      delete version.destroyAt; // either restores it: https://cloud.google.com/secret-manager/docs/delay-destruction-of-secret-versions
    }
    if (permission === "secretmanager.versions.destroy") {
      this.destroyLater(version, settings.versionDestroyTtl);
    }
    return this.shownVersion(id, number);
  }

  /** With a TTL it is disabled, and destroyed when that is over: https://cloud.google.com/secret-manager/docs/delay-destruction-of-secret-versions */
  private destroyLater(version: Version, ttl: unknown): void {
    if (typeof ttl === "string") {
      version.state = "DISABLED";
      version.destroyAt = this.now + Number.parseInt(ttl, 10) * 1_000;
    } else {
      destroy(version);
    }
  }

  private find(id: string): Secret {
    const secret = this.secrets.get(id);
    if (!secret) {
      throw new Refusal("NOT_FOUND", `Secret [${this.nameOf(id)}] not found.`);
    }
    return secret;
  }

  private nameOf(id: string): string {
    return `projects/${this.number}/secrets/${id}`;
  }

  private shown(id: string): Body {
    return { ...this.find(id).settings, name: this.nameOf(id), createTime: "2026-01-01T00:00:00Z", etag: '"1"' };
  }

  private shownVersion(id: string, number: number): Body {
    const { state, destroyAt } = this.find(id).versions[number - 1] ?? {};
    const scheduledDestroyTime = destroyAt === undefined ? undefined : new Date(destroyAt).toISOString();
    return { name: `${this.nameOf(id)}/versions/${number}`, createTime: "2026-01-01T00:00:00Z", state, scheduledDestroyTime, etag: '"1"' };
  }
}

function policyOf({ policy, policyEtag }: Secret): Body & { readonly etag: string } {
  return { etag: Buffer.from(String(policyEtag)).toString("base64"), ...(policy.bindings.length > 0 ? { version: 1, ...policy } : {}) };
}

/** No version leaves this state: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions#State */
function destroy(version: Version): void {
  version.state = "DESTROYED";
  version.data = undefined;
  delete version.destroyAt;
}

function checkSettings({ versionDestroyTtl, rotation, topics, labels = {} }: Body, now: number): void {
  const refuse = (what: string) => {
    throw new Refusal("INVALID_ARGUMENT", `${what} is invalid.`);
  };
  // https://cloud.google.com/secret-manager/docs/delay-destruction-of-secret-versions
  const days = Number.parseInt(String(versionDestroyTtl), 10) / (DAY / 1_000);
  if (versionDestroyTtl !== undefined && !(days >= 1 && days <= 1_000)) {
    refuse(`versionDestroyTtl ${versionDestroyTtl}`);
  }
  // https://cloud.google.com/secret-manager/docs/secret-rotation
  const next = Date.parse(String(Object(rotation).nextRotationTime));
  if (rotation !== undefined && (topics === undefined || !(next > now))) {
    refuse(`rotation ${JSON.stringify(rotation)}`);
  }
  if (Object.entries(Object(labels)).some(([key, value]) => /[^\p{Ll}\p{Lo}\p{N}_-]/u.test(`${key}${value}`))) {
    refuse(`labels ${JSON.stringify(labels)}`);
  }
}
