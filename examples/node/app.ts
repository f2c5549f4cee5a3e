// Answers questions by an AI API, through every rotation of its key: npm i && AI_API_KEY_SECRET_ARN=arn:… npm start
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import OpenAI from "openai";
import { AiKey, secretArn } from "./ai-key";

async function main(): Promise<void> {
  const key = new AiKey(await secretArn());
  await key.get(); // a role that may not read it should fail the deploy, not the first question

  async function ask(content: string): Promise<string> {
    const body = { model: process.env.AI_MODEL ?? "gpt-5.5", messages: [{ role: "user" as const, content }] };
    const answer = await key.use((apiKey) => new OpenAI({ apiKey }).chat.completions.create(body));
    return answer.choices[0]?.message.content ?? "";
  }

  const server = createServer(async (request, response) => {
    try {
      response.end(await ask(await text(request)));
    } catch (error) {
      report(error);
      response.writeHead(502).end("No answer from the AI API\n");
    }
  });
  server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => console.log("Listening on", server.address()));
}

/** Prints the message alone: the objects behind an error may hold the request, with the key. */
function report(error: unknown): void {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : "Unknown error");
}

main().catch((error) => {
  report(error);
  process.exitCode = 1;
});
