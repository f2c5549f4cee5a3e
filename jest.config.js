/** Unit tests: hermetic, no network, and no program of this machine but Node, ps and stand-ins of the tests' own. */
module.exports = {
  testMatch: ["<rootDir>/__tests__/unit/**/*.test.ts"],
  transform: { "\\.ts$": ["ts-jest", { tsconfig: "tsconfig.json" }] },
  globalSetup: "<rootDir>/__tests__/support/unit-setup.js",
  maxWorkers: "100%", // jest leaves a core idle, which is half of a CI machine
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/cdktf.out"],
};
