import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "cdktf";
import { stacksIn } from "../../lab/terraform/synthesized-stack";

const outdir = mkdtempSync(join(tmpdir(), "ai-key-test-"));

afterAll(() => rmSync(outdir, { recursive: true }));

/** Whatever its user makes of it: no test depends on the ids, names and options of main.ts. */
test("main.ts writes every stack that it declares, at least one of them with a key", () => {
  process.env.CDKTF_OUTDIR = outdir;
  const { app }: { app: App } = jest.requireActual("../../main");

  const stacks = stacksIn(outdir);
  expect(stacks.map(({ name }) => name).sort()).toEqual(app.node.children.map(({ node }) => node.id).sort());
  expect(stacks.flatMap((stack) => stack.keyNames())).not.toEqual([]);
});
