import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { GOOGLE_RESOURCES } from "../../../../lib/google/resources";
import { fullGoogleStack } from "../../../support/google-stack";
import { ROOT } from "../../../support/project";
import { resources } from "../../../support/synthesized";

jest.setTimeout(60_000); // milliseconds, on a busy machine: some tests start Node

test.each(Object.entries(GOOGLE_RESOURCES))("%s gets the arguments of the table and no others", (type, table) => {
  const meta = ["//", "lifecycle", "depends_on"];
  const given = resources(fullGoogleStack(), type).flatMap(Object.keys);
  expect([...new Set(given)].filter((argument) => !meta.includes(argument)).sort()).toEqual([...table.arguments].sort());
  expect(table.page).toMatch(/^https:\/\/registry\.terraform\.io\/providers\/hashicorp\/google\/7\.45\.0\/docs\/resources\/\w+$/);
});

/** The files that a program loads besides Node's own. */
function loadedBy(module: string): string[] {
  const script = `require(${JSON.stringify(join(ROOT, module))}); console.log(JSON.stringify(Object.keys(require.cache)))`;
  return JSON.parse(execFileSync(process.execPath, ["--require", require.resolve("tsx/cjs"), "--eval", script], { encoding: "utf8" }));
}

test("who uses AWS alone loads nothing of this, and who uses Google alone nothing of the AWS provider", () => {
  const [aws, google] = [loadedBy("lib"), loadedBy("lib/google")];
  expect(aws.filter((file) => file.includes("/lib/google/"))).toEqual([]);
  expect(aws.some((file) => file.includes("/@cdktf/provider-aws/"))).toBe(true);
  expect(google.filter((file) => file.includes("/@cdktf/provider-aws/"))).toEqual([]);
  expect(google.some((file) => file.includes("/lib/google/"))).toBe(true);
});
