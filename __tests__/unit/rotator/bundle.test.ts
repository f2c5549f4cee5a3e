import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundled } from "../../../rotator/bundled";
import { ROOT } from "../../support/project";

const BUNDLE = readFileSync(join(ROOT, "rotator/bundle/index.js"), "utf8");

test("the bundle is what the sources make: npm run bundle after a change", () => {
  expect(BUNDLE).toBe(bundled());
});

test("the bundle needs nothing but Node and the AWS SDK that Lambda's runtime has", () => {
  const needed = [...BUNDLE.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name);
  expect([...new Set(needed)].sort()).toEqual(["@aws-sdk/client-secrets-manager", "node:crypto", "node:timers/promises"]);
});
