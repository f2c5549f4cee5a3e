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
    test: ["e2e/life.test.ts", "neither key is in what that leaves behind"],
  },
  {
    promise: "The search for the key finds it where other tools leave it.",
    link: "leak detection",
    test: ["e2e/leak-detection.test.ts", "through secret_string is found in the state, in a saved plan and in the plan's JSON"],
  },
  {
    promise: "Terraform refuses a bad key before AWS gets it, and does not print it.",
    link: "refused keys",
    test: ["e2e/refused-keys.test.ts", "a bad key is refused by Terraform"],
  },
  {
    promise: "The roles of CI and ops can't read the key.",
    link: "team",
    test: ["e2e/team.test.ts", "each role may do exactly what the table says, by the policies that AWS has"],
  },
  {
    promise: "With `readers`, nobody else can read the key, administrators included.",
    link: "access",
    test: ["e2e/access.test.ts", "everyone may do exactly what the table says, by the policies that AWS has"],
  },
  {
    promise: "An application has a key at each moment, even when a deploy is killed.",
    link: "faults",
    test: ["e2e/faults.test.ts", "a reader gets, from the first key on, each key in turn until the next one is there, and never none"],
  },
  {
    promise: "In `Production`, nobody destroys the secret by mistake.",
    link: "life",
    test: ["e2e/life.test.ts", "destroying by mistake is refused"],
  },
  {
    promise: "You can leave CDKTF with the same state and an empty plan.",
    link: "handover",
    test: [
      "e2e/handover.test.ts",
      "a plan with it, by the documented commands and any well-formed key, shows no changes on the same state",
    ],
  },
];
