#!/usr/bin/env node
// @ts-check
// Comments the summary of a stack's plan on the pull request: .ci/comment-plan.js <stack> <file>
// Each stack has one comment, which the next plan replaces. It loads no package.
const { readFileSync } = require("node:fs");

const { GITHUB_API_URL, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_TOKEN, PULL_REQUEST } = process.env;

/** A page of GitHub's answers: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
const PAGE = 100;

/** @typedef {{ readonly id: number; readonly body: string; readonly user: { readonly login: string } | null }} Comment */

async function main([stack = "", file = ""] = process.argv.slice(2)) {
  if (!stack || !file) {
    throw new Error("Say which stack, and the file with its plan: .ci/comment-plan.js <stack> <file>");
  }
  const marker = `<!-- the plan for ${stack} -->`;
  const summary = summaryOf(readFileSync(file, "utf8"));
  const run = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
  const body = [marker, `The plan for \`${stack}\` ([all of it](${run})):`, "```", ...summary, "```"].join("\n");

  const id = await findComment(marker);
  await (id === undefined ? ask("POST", `issues/${PULL_REQUEST}/comments`, { body }) : ask("PATCH", `issues/comments/${id}`, { body }));
}

/**
 * @param {string} plan
 * @returns {string[]}
 */
function summaryOf(plan) {
  const lines = plan.match(/# .+ (will|must) be .+|Plan: .+|Changes to Outputs|No changes\./g);
  if (!lines) {
    throw new Error("The plan has none of the lines that a plan ends with.");
  }
  return lines;
}

/**
 * Anybody can write the marker, so it counts only where a workflow wrote it.
 *
 * @param {string} marker
 * @returns {Promise<number | undefined>}
 */
async function findComment(marker) {
  for (let page = 1; ; page++) {
    /** @type {Comment[]} */
    const comments = await ask("GET", `issues/${PULL_REQUEST}/comments?per_page=${PAGE}&page=${page}`);
    const found = comments.find(({ user, body }) => user?.login === "github-actions[bot]" && body.startsWith(marker));
    if (found || comments.length < PAGE) {
      return found?.id;
    }
  }
}

/**
 * https://docs.github.com/en/rest/issues/comments
 *
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 */
async function ask(method, path, body) {
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

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
