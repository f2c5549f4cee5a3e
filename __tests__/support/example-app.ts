import { type ChildProcess, spawn } from "node:child_process";
import { devNull } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Credentials } from "@aws-sdk/client-sts";
import { awsEnvironment, plainEnvironment } from "../../lab/process/child-environment";
import type { Session } from "../../lab/process/session";
import { ROOT } from "./project";

export interface ExampleOptions {
  /** The program with its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Where its AWS is. */
  readonly endpoint: string;
  /** Temporary ones, of the role that it runs under. */
  readonly credentials: Credentials;
  /** What else it is told. */
  readonly settings: NodeJS.ProcessEnv;
}

/** An example, run as a process of its own, under a role of its own. */
export class ExampleApp {
  /** All that it has printed. */
  public output = "";
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;

  constructor(session: Session, { command: [file, ...args], endpoint, credentials, settings }: ExampleOptions) {
    const env = {
      ...plainEnvironment(),
      ...awsEnvironment({ endpoint, emptyFile: devNull }),
      AWS_ACCESS_KEY_ID: credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: credentials.SessionToken,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", // it is about Node, and only for a year in which 20 is supported
      PORT: "0",
      ...settings,
    };
    const child = spawn(file, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const { pid } = child;
    if (pid !== undefined) {
      session.adopt(pid);
    }
    child.stdout.on("data", (chunk) => (this.output += chunk));
    child.stderr.on("data", (chunk) => (this.output += chunk));
    this.child = child;
    this.ended = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        if (pid !== undefined) {
          session.release(pid);
        }
        resolve(code);
      });
    });
  }

  /** What it exits with; null when it was stopped. */
  public exitCode(): Promise<number | null> {
    return this.ended;
  }

  /** Asks it, as its callers do, and gives the status with the answer. */
  public async ask(question: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${await this.port()}`, { method: "POST", body: question });
    return `${response.status} ${await response.text()}`;
  }

  /** The lines that it has printed, once there are as many: its answers may be here before them. */
  public async lines(count: number): Promise<string[]> {
    for (;;) {
      const lines = this.output.trim().split("\n");
      if (lines.length >= count) {
        return lines;
      }
      await sleep(20);
    }
  }

  public async stop(): Promise<void> {
    this.child.kill();
    await this.ended;
  }

  /** Waits until it listens. */
  private async port(): Promise<string> {
    for (;;) {
      const [, port] = this.output.match(/^Listening on .*?\b(\d{4,5})\b/ms) ?? [];
      if (port) {
        return port;
      }
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`It ended before it listened:\n${this.output}`);
      }
      await sleep(20);
    }
  }
}
