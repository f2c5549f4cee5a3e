import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../../lab/process/loopback-server";

/** Stands for GitHub: its endpoint for tokens, and its program `gh`. */
export interface GitHub {
  /** What a job is given that may ask for a token. */
  readonly env: NodeJS.ProcessEnv;
  /** What a job's step must send to get a token. */
  readonly bearer: string;
  /** The token. */
  readonly token: string;
  /** For whom tokens were asked. */
  readonly audiences: readonly string[];
  /** A folder for PATH, with a `gh` that keeps its arguments in `gh.args` and the file that it is given last in `gh.body`. */
  readonly bin: string;
  close(): Promise<void>;
}

const GH = `#!/bin/sh
test -n "$GH_TOKEN" || exit 4
echo "$*" >> "$0.args"
for last; do :; done
cp "$last" "$0.body"
`;

/** @param folder an existing folder */
export async function startGitHub(folder: string): Promise<GitHub> {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "gh"), GH);
  chmodSync(join(bin, "gh"), 0o755);

  const bearer = `bearer-${randomText()}`;
  const token = ["header", "claims", "signature"].map((part) => `${part}${randomText()}`).join(".");
  const audiences: string[] = [];
  const server = await startServer(({ url = "", headers }, response) => {
    const { pathname, searchParams } = new URL(url, "http://github");
    audiences.push(searchParams.get("audience") ?? "");
    const asked = pathname === "/token" && searchParams.get("api-version") === "2.0";
    const granted = asked && headers.authorization === `Bearer ${bearer}`;
    response.writeHead(granted ? 200 : 401).end(JSON.stringify(granted ? { count: 1, value: token } : { message: "refused" }));
  });

  return {
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${server.url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "acme/ai-secret",
      GITHUB_RUN_ID: "7",
    },
    bearer,
    token,
    audiences,
    bin,
    close: server.close,
  };
}

function randomText(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString("base64url");
}
