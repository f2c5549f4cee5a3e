import OpenAI from "openai";
import { AiKey, secretArn } from "../node/ai-key";

let key: AiKey | undefined; // outlives an invocation, and with it the cached key

export async function handler({ question }: { question: string }): Promise<string> {
  key ??= new AiKey(await secretArn());
  const body = { model: process.env.AI_MODEL ?? "gpt-5.5", messages: [{ role: "user" as const, content: question }] };
  const answer = await key.use((apiKey) => new OpenAI({ apiKey }).chat.completions.create(body));
  return answer.choices[0]?.message.content ?? "";
}
