import { refuse } from "./refuse";

/** Variables of an environment, by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Levels without requests. Terraform takes what is no level for TRACE: `parseLogLevel` in `internal/logging/logging.go`. */
const QUIET = ["", "OFF", "ERROR", "WARN", "INFO"];

/** Something that writes the key, or tokens of the AWS credentials, to a log or a file. docs/logs.md has the whole list. */
interface Leak {
  /** The names of the variables. */
  readonly name: RegExp;
  readonly leaks: (value: string, environment: Environment) => boolean;
  /** What happens, and what to do. The value may hold a key, so it is not shown. */
  readonly problem: string;
}

const LEAKS: readonly Leak[] = [
  {
    name: /^TF_LOG(_PROVIDER)?$/,
    leaks: isTalkative,
    problem: "logs the requests to AWS, the key included (what is no level means trace). Unset it, or set info, warn, error or off",
  },
  {
    name: /^TF_LOG_CORE$/,
    leaks: (value, environment) => isTalkative(value) && !environment.AWS_ACCESS_KEY_ID,
    problem: "logs the tokens by which Terraform gets its AWS credentials. Unset it, or set info, warn, error or off",
  },
  {
    name: /^TF_LOG_SDK_PROTO_DATA_DIR$/,
    leaks: (value) => value !== "",
    problem: "writes the key to files that every user of the machine can read. Unset it",
  },
  {
    name: /^TF_CLI_ARGS(_.*)?$/,
    leaks: (value) => /(^|[\s"'])--?var["']?[\s=]/.test(value),
    problem: "has -var, and Terraform logs its arguments at info already. Set TF_VAR_<name> in its place",
  },
  {
    name: /^NODE_OPTIONS$/,
    leaks: (value) => {
      const options = value.replaceAll("_", "-");
      return /--heapsnapshot-/.test(options) || (/--report-(on|uncaught)-/.test(options) && !options.includes("--report-exclude-env"));
    },
    problem:
      "has Node write its memory or its environment to a file, the key included. Remove --heapsnapshot-…, and --report-… or add --report-exclude-env",
  },
  {
    name: /^NODE_DEBUG$/,
    leaks: (value) => /child_process|\*/i.test(value),
    problem: "prints the environment of each process that Node starts, the key included. Remove child_process and *",
  },
];

/** What is wrong with an environment for a program that works with a key, each in one line without the value. */
export function environmentProblems(environment: Environment): string[] {
  return Object.entries(environment).flatMap(([name, value = ""]) =>
    LEAKS.filter((leak) => leak.name.test(name) && leak.leaks(value, environment)).map(
      ({ problem }) => `${name}, as it is set, ${problem}. More is in docs/logs.md of cdktf-ai-secret.`,
    ),
  );
}

/**
 * The only look of this library at the environment.
 *
 * @throws Error for a variable that has the key written to a log or a file
 */
export function checkEnvironment(): void {
  // biome-ignore lint/style/noProcessEnv: what is set here decides whether a deploy logs the key, and cdktf hands it on to the program
  const problems = environmentProblems(process.env);
  if (problems.length > 0) {
    refuse(problems.join("\n"));
  }
}

function isTalkative(level: string): boolean {
  return !QUIET.includes(level.toUpperCase());
}
