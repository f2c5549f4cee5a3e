const Sequencer = require("@jest/test-sequencer").default;

/** What takes longest, longest first: a worker that begins it last would go on alone. */
const SLOW = [
  "many-keys",
  "team",
  "workflows",
  "rotation",
  "local-aws",
  "rehearse",
  "access",
  "ai-key",
  "examples",
  "faults",
  "ci-without-the-cdktf-cli",
  "ops",
  "life",
  "rehearse-stops",
];

/** @param {{ path: string }} test */
const rank = ({ path }) => {
  const index = SLOW.findIndex((name) => path.endsWith(`/${name}.test.ts`));
  return index < 0 ? SLOW.length : index;
};

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => rank(a) - rank(b));
  }
};
