import { describeAwsError } from "../aws/aws-error";

/** What a command has found out from AWS. */
export interface Answer {
  /** Whether all is as it should be. */
  readonly ok: boolean;
  /** For people. */
  readonly text: string;
  /** For machines; never with a key. */
  readonly data: object;
}

export interface AnswerOptions {
  readonly json: boolean;
}

/**
 * Prints a command's answer, or one line on why there is none.
 *
 * @returns the exit code: 0; 1 when something is not as it should be; 2 when there is no answer
 */
export async function printAnswer(ask: () => Promise<Answer>, { json }: AnswerOptions): Promise<number> {
  try {
    const { ok, text, data } = await ask();
    console.log(json ? JSON.stringify({ ok, ...data }, undefined, 2) : text);
    return ok ? 0 : 1;
  } catch (error) {
    const line = describeAwsError(error);
    if (json) {
      console.log(JSON.stringify({ ok: false, error: line }, undefined, 2));
    } else {
      console.error(line);
    }
    return 2;
  }
}
