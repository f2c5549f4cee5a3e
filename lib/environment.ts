import { environmentProblems } from "./log-leaks";
import { refuse } from "./refuse";

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
