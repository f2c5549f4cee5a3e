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
