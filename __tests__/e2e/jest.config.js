/** End-to-end tests: the real cdktf, Terraform and AWS provider against a local AWS that they share. */
module.exports = {
  rootDir: "../..",
  testMatch: ["<rootDir>/__tests__/e2e/**/*.test.ts"],
  transform: { "\\.ts$": ["ts-jest", { tsconfig: "tsconfig.json" }] },
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/cdktf.out"],
  globalSetup: "<rootDir>/__tests__/support/global-setup.ts",
  globalTeardown: "<rootDir>/__tests__/support/global-teardown.ts",
  testSequencer: "<rootDir>/__tests__/support/slow-first.js",
  maxWorkers: 3, // as many as global-setup starts local AWSs for; more than cores, as they wait a lot
  testTimeout: 500_000,
  verbose: true,
};
