#!/usr/bin/env -S TSX_DISABLE_CACHE=1 node --require tsx/cjs
// Comments the summary of a stack's plan on the pull request. Each stack has one comment, which the next plan replaces.
import { readFileSync } from "node:fs";
import { script, stackArgument } from "./stacks";

const { GITHUB_API_URL, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_TOKEN, PULL_REQUEST } = process.env;

/** A page of GitHub's answers: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
const PAGE = 100;

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly login: string } | null;
}

script(async () => {
  const stack = stackArgument();
  const marker = `<!-- the plan for ${stack} -->`;
  const summary = summaryOf(readFileSync(process.argv[3] ?? "", "utf8"));
  const run = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
  const body = [marker, `The plan for \`${stack}\` ([all of it](${run})):`, "```", ...summary, "```"].join("\n");

  const id = await findComment(marker);
  await (id === undefined ? ask("POST", `issues/${PULL_REQUEST}/comments`, { body }) : ask("PATCH", `issues/comments/${id}`, { body }));
});

function summaryOf(plan: string): string[] {
  const lines = plan.match(/# .+ (will|must) be .+|Plan: .+|Changes to Outputs|No changes\./g);
  if (!lines) {
    throw new Error("The plan has none of the lines that a plan ends with.");
  }
  return lines;
}

/** Anybody can write the marker, so it counts only where a workflow wrote it. */
async function findComment(marker: string): Promise<number | undefined> {
  for (let page = 1; ; page++) {
    const comments: Comment[] = await ask("GET", `issues/${PULL_REQUEST}/comments?per_page=${PAGE}&page=${page}`);
    const found = comments.find(({ user, body }) => user?.login === "github-actions[bot]" && body.startsWith(marker));
    if (found || comments.length < PAGE) {
      return found?.id;
    }
  }
}

/** https://docs.github.com/en/rest/issues/comments */
async function ask(method: string, path: string, body?: object) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: { accept: "application/vnd.github+json", authorization: `Bearer ${GITHUB_TOKEN}` },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(`The plan could not be commented: GitHub answered ${response.status} to ${method} ${path}`);
  }
  return response.json();
}
