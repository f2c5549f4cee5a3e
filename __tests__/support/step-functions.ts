import type { Intercept } from "./aws-proxy";

/**
 * What the AWS provider asks for with each state machine, and moto 5.2.1 has not: its 500 has the provider ask 25 times, which looks as if it
 * hung. The answers are those of AWS for a definition without a fault, and for a machine without published versions.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html
 */
const ANSWERS: Readonly<Record<string, object>> = {
  "states:ValidateStateMachineDefinition": { result: "OK", diagnostics: [] },
  "states:ListStateMachineVersions": { stateMachineVersions: [] },
};

/** Answers what moto lacks of Step Functions. */
export const answerForStepFunctions: Intercept = ([call], response) => {
  const answer = ANSWERS[call?.action ?? ""];
  if (!answer) {
    return undefined;
  }
  response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
  return "handled";
};
