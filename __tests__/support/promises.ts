/** What the README promises, and the tests that hold it. */
export interface Promised {
  readonly promise: string;
  /** What the README calls the test. */
  readonly link: string;
  /** The file and the title of a test that holds it. */
  readonly test: readonly [file: string, title: string];
}

/** The README shows the table. */
export const PROMISES: readonly Promised[] = [
  {
    promise: "A deploy leaves the key in Secrets Manager and in no file, state, log or argument.",
    link: "life",
    test: ["__tests__/e2e/life.test.ts", "no key is in what that leaves behind, the saved plans among it"],
  },
  {
    promise: "The search for the key finds it where other tools leave it.",
    link: "leak detection",
    test: ["__tests__/e2e/leak-detection.test.ts", "through secret_string is found in the state, in a saved plan and in the plan's JSON"],
  },
  {
    promise: "Terraform refuses a bad key before AWS gets it, and does not print it.",
    link: "key rules",
    test: [
      "__tests__/e2e/key-rules.test.ts",
      "a plan with bad keys and bad versions fails, by one error each, and shows none of the values",
    ],
  },
  {
    promise: "The roles of CI and ops can't read the key.",
    link: "team",
    test: ["__tests__/e2e/team.test.ts", "each role may do exactly what the table says, when it calls"],
  },
  {
    promise: "With `readers`, nobody else can read the key, administrators included.",
    link: "access",
    test: ["__tests__/e2e/access.test.ts", "everyone may do exactly what the table says, when they call"],
  },
  {
    promise: "An application has a key at each moment, even when a deploy is killed.",
    link: "faults",
    test: [
      "__tests__/e2e/faults.test.ts",
      "a reader that asks before every request of Terraform's gets, from the first key on, each key in turn until the next one is there, and never none",
    ],
  },
  {
    promise: "Nobody destroys the secret by mistake.",
    link: "stored keys",
    test: ["__tests__/e2e/stored-keys.test.ts", "all are destroyed as the rehearsal does it: after a refusal, with nothing left behind"],
  },
  {
    promise: "You can leave CDKTF with the same state and an empty plan.",
    link: "handover",
    test: [
      "__tests__/e2e/handover.test.ts",
      "a plan with it, by the documented commands and any well-formed key, shows no changes on the same state",
    ],
  },
];

const OF_SECURITY = ["life", "leak detection", "key rules", "team", "access"];

/** What SECURITY.md claims. */
export const CLAIMS: readonly Promised[] = [
  ...PROMISES.filter(({ link }) => OF_SECURITY.includes(link)),
  {
    promise: "No version of a shared state holds a key, and its bucket takes no object that another key encrypts.",
    link: "team",
    test: ["__tests__/e2e/team.test.ts", "no version of the state holds a key, and each is encrypted by the given KMS key"],
  },
  {
    promise: "A job takes no role but its own, and none from a branch that is not protected.",
    link: "team",
    test: ["__tests__/e2e/team.test.ts", "a job can't take the role of another, nor any role from a branch that is not protected"],
  },
  {
    promise: "A deploy role has no right that its deploys don't need, and none to another environment.",
    link: "team",
    test: [
      "__tests__/e2e/team.test.ts",
      "the deploy role has the right to every call of a create, a change, a rotation and a destroy, and no right that none of them needs",
    ],
  },
  {
    promise: "No role of the team makes, tags or manages a KMS key of somebody else's, or that of the states.",
    link: "role matrix",
    test: ["__tests__/unit/role-matrix.test.ts", "each role may do exactly what the table says, in its own environment and in another one"],
  },
  {
    promise: "With `readers`, no agent reads the key through an MCP server of AWS's.",
    link: "policy matrix",
    test: ["__tests__/unit/policy-matrix.test.ts", "everyone may do exactly what the table says"],
  },
  {
    promise: "With `alarmTopicArn`, each unusual read and each change of who may read is told.",
    link: "access",
    test: [
      "__tests__/e2e/access.test.ts",
      "the alarm is raised by every unusual use, by no usual one, and says who, what, when and from where",
    ],
  },
  {
    promise: "Whoever deploys can't switch off the alarm unseen.",
    link: "bootstrap stack",
    test: [
      "__tests__/unit/lib/bootstrap-stack.test.ts",
      "is watched by a rule that the deploy role has no right to: who switches it off is told of",
    ],
  },
  {
    promise: "A resource policy that nobody has declared is drift.",
    link: "ops",
    test: ["__tests__/e2e/ops.test.ts", "a plan finds a resource policy that somebody has put there, and a deploy takes it away"],
  },
  {
    promise: "A provider that a changed state names does not run.",
    link: "ops",
    test: ["__tests__/e2e/ops.test.ts", "a state that names a stranger's provider: init fails and runs nothing of it, where a plan would"],
  },
  {
    promise: "An unchanged deploy brings no old key back.",
    link: "faults",
    test: [
      "__tests__/e2e/faults.test.ts",
      "two stores by others, and AWS deletes each version without a label: a deploy with the same number leaves their key",
    ],
  },
  {
    promise: "Settings that log the key or a token are refused.",
    link: "leak detection",
    test: [
      "__tests__/e2e/leak-detection.test.ts",
      "through the provider's log of its AWS requests, or its files of Terraform's, is found, and each such setting is refused",
    ],
  },
  {
    promise: "A key in the program is refused, and not shown.",
    link: "props",
    test: ["__tests__/unit/lib/known-props.test.ts", "fails in %s, and is not shown"],
  },
  {
    promise: "A package with bad code in the build gets neither key nor token.",
    link: "workflows",
    test: [
      "__tests__/e2e/workflows.test.ts",
      "a package with bad code in the build gets neither key nor token, and what it writes into the stack is not deployed",
    ],
  },
  {
    promise: "The example applications print no key, and no stored text that is none.",
    link: "examples",
    test: ["__tests__/e2e/examples.test.ts", "no key, and no part of one that the AI API quotes, is in what they print and leave behind"],
  },
  {
    promise: "`npx --no ai-key` runs no stranger's package.",
    link: "package",
    test: ["__tests__/e2e/package.test.ts", "npx --no runs no code of a stranger who has its name, which npx alone does"],
  },
];
