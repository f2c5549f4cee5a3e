const { dirname } = require("node:path");

const rootDir = dirname(__dirname);
const terrain = "<rootDir>/terrain/node_modules";

/** The unit tests of what is built on cdktf, run on CDK Terrain instead, and the migration of a checkout. */
module.exports = {
  maxWorkers: 2,
  testTimeout: 200_000, // milliseconds: the steps of the migration
  projects: [
    {
      displayName: "on CDK Terrain",
      rootDir,
      testMatch: [
        "<rootDir>/__tests__/unit/{*.test.ts,lib/**/*.test.ts}",
        "<rootDir>/__tests__/unit/cli/{handover,verify}/*.test.ts",
        "<rootDir>/terrain/bindings.test.ts",
      ],
      moduleNameMapper: {
        "^cdktf$": `${terrain}/cdktn`,
        "^@cdktf/provider-aws/(.*)$": `${terrain}/@cdktn/provider-aws/$1`,
        "^@cdktf/hcl2json$": `${terrain}/@cdktn/hcl2json`,
        "^constructs$": `${terrain}/constructs`,
      },
      transform: { "\\.ts$": ["ts-jest", { tsconfig: "tsconfig.json" }] },
      modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/cdktf.out"],
      globalSetup: "<rootDir>/__tests__/support/unit-setup.js",
    },
    {
      displayName: "migration",
      rootDir,
      testMatch: ["<rootDir>/terrain/{migration,own-program}.test.ts"],
      transform: { "\\.ts$": ["ts-jest", { tsconfig: "tsconfig.json" }] },
      modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/cdktf.out"],
      globalSetup: "<rootDir>/__tests__/support/global-setup.ts",
      globalTeardown: "<rootDir>/__tests__/support/global-teardown.ts",
    },
  ],
};
