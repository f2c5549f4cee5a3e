import type { TerraformStack } from "cdktf";
import { AiKeySecret, type AiKeySecretProps, EphemeralVariable } from "../../lib";
import { OwnStack, resources, synthesized } from "./synthesized";

export const ROLE = "arn:aws:iam::111122223333:role/app";
export const OTHER = "arn:aws:iam::444455556666:role/partner";

/** A stack with one key. */
export function keyWith(props: Partial<AiKeySecretProps> = {}) {
  const stack = new OwnStack();
  const apiKey = new EphemeralVariable(stack, "api_key");
  return { stack, key: new AiKeySecret(stack, "key", { apiKey, name: "ai/test/api-key", ...props }) };
}

/** The statements of a synthesized policy document, by their Sid. */
// biome-ignore lint/suspicious/noExplicitAny: arbitrary JSON, which the tests look into
export function statements(stack: TerraformStack, sid: string): any[] {
  const documents = Object.values<{ statement: { sid: string }[] }>(synthesized(stack).data.aws_iam_policy_document);
  return documents.flatMap(({ statement }) => statement).filter((statement) => statement.sid === sid);
}

export { OwnStack, resources, synthesized };
