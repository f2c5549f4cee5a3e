import { text } from "node:stream/consumers";
import { startServer } from "../../lab/process/loopback-server";

/** The pull request that has comments. */
export const PULL_REQUEST = "12";

/** A comment on the pull request. */
export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  body: string;
}

/** Stands for GitHub: its endpoint for tokens, and its API for comments. */
export interface GitHub {
  /** What a job is given that may ask for a token. */
  readonly env: NodeJS.ProcessEnv;
  /** What a job's step must send to get a token. */
  readonly bearer: string;
  /** The token. */
  readonly token: string;
  /** For whom tokens were asked. */
  readonly audiences: readonly string[];
  /** What a job's step must send to comment. */
  readonly commenter: string;
  /** On the pull request, from the first on. */
  readonly comments: Comment[];
  close(): Promise<void>;
}

export async function startGitHub(): Promise<GitHub> {
  const bearer = `bearer-${randomText()}`;
  const commenter = `commenter-${randomText()}`;
  const token = ["header", "claims", "signature"].map((part) => `${part}${randomText()}`).join(".");
  const audiences: string[] = [];
  const comments: Comment[] = [];

  const server = await startServer(async (request, response) => {
    const { method, headers } = request;
    const { pathname, searchParams } = new URL(request.url ?? "", "http://127.0.0.1");
    const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    if (pathname === "/token") {
      audiences.push(searchParams.get("audience") ?? "");
      const granted = headers.authorization === `Bearer ${bearer}`;
      return answer(granted ? 200 : 401, granted ? { count: 1, value: token } : { message: "refused" });
    }
    if (headers.authorization !== `Bearer ${commenter}`) {
      return answer(401, { message: "Bad credentials" });
    }

    const [, id] = pathname.match(/^\/repos\/acme\/ai-secret\/issues\/comments\/(\d+)$/) ?? [];
    const known = comments.find((comment) => String(comment.id) === id);
    if (method === "PATCH" && known) {
      known.body = JSON.parse(await text(request)).body;
      return answer(200, known);
    }
    if (pathname !== `/repos/acme/ai-secret/issues/${PULL_REQUEST}/comments`) {
      return answer(404, { message: "Not Found" });
    }
    if (method === "POST") {
      const made = { id: comments.length + 1, user: { login: "github-actions[bot]" }, body: JSON.parse(await text(request)).body };
      comments.push(made);
      return answer(201, made);
    }
    const size = Number(searchParams.get("per_page"));
    return answer(200, comments.slice((Number(searchParams.get("page")) - 1) * size).slice(0, size));
  });

  return {
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${server.url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
      GITHUB_API_URL: server.url,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "acme/ai-secret",
      GITHUB_RUN_ID: "7",
    },
    bearer,
    token,
    audiences,
    commenter,
    comments,
    close: server.close,
  };
}

function randomText(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString("base64url");
}
