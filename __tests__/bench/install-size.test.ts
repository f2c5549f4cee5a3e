import { broughtBy } from "../../bench/install-size";

const PACKAGES = {
  "": { devDependencies: { cli: "1", app: "1" }, peerDependencies: { core: "1" } },
  "node_modules/app": { dependencies: { shared: "1" } },
  "node_modules/cli": { dependencies: { shared: "2", pty: "1" }, peerDependencies: { core: "1" } },
  "node_modules/cli/node_modules/shared": {},
  "node_modules/core": {},
  "node_modules/pty": { optionalDependencies: { binary: "1" } },
  "node_modules/binary": { dependencies: { pty: "1" } },
  "node_modules/shared": {},
};

test("a dependency brings itself, its own copies and what it alone needs, and nothing that others need too", () => {
  expect(broughtBy(PACKAGES, "cli").sort()).toEqual([
    "node_modules/binary",
    "node_modules/cli",
    "node_modules/cli/node_modules/shared",
    "node_modules/pty",
  ]);
  expect(broughtBy(PACKAGES, "core")).toEqual([]);
});
