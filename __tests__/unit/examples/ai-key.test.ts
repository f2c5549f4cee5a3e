import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import OpenAI from "openai";
import { AiKey, refusesKey, secretArn } from "../../../examples/node/ai-key";
import { DUMMY_CREDENTIALS } from "../../../lab/process/child-environment";
import { type LoopbackServer, startServer } from "../../../lab/process/loopback-server";
import { randomKey } from "../../../lab/random-key";
import { KEY_REFUSALS, refusesKey as refuses } from "../../../lib/key/refusals";
import { likeGemini, likeXai, startAiApi } from "../../support/ai-api";
import { KEY_ANSWERS } from "../../support/key-answers";
import { ROOT } from "../../support/project";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

const NO_KEY = /^The secret holds no key: /;

const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ai/key-a1B2c3";

/** An AWS of one secret and one parameter, which counts what it is asked. */
const calls: string[] = [];
let stored = "";
const answer: RequestListener = async (request, response) => {
  const [, name = ""] = String(request.headers["x-amz-target"]).split(".");
  const { SecretId = "" } = JSON.parse(await text(request));
  calls.push(name);
  const found = { GetSecretValue: { ARN: SecretId, SecretString: stored }, GetParameter: { Parameter: { Value: ARN } } }[name];
  const denied = { __type: "AccessDeniedException", message: "User is not authorized" };
  response.writeHead(stored ? 200 : 400, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(stored ? found : denied));
};

let server: LoopbackServer;
let api: LoopbackServer;
const environment = { ...process.env };
beforeAll(async () => {
  server = await startServer(answer);
  api = await startServer((_, response) => response.writeHead(404).end("{}"));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
  });
});
afterAll(() => {
  process.env = environment;
  return Promise.all([server.close(), api.close()]);
});
beforeEach(() => {
  jest.useRealTimers();
  calls.length = 0;
  stored = "first-key";
});

/** An AI API's client: it takes one key. */
const accepting = (valid: string) => async (key: string) => {
  if (key !== valid) {
    throw Object.assign(new Error(`Incorrect API key provided: ${key.slice(0, 4)}***`), { status: 401 });
  }
  return "answer";
};
const times = <T>(count: number, run: () => Promise<T>) => Promise.all(Array.from({ length: count }, run));

const ODD_KEY = randomKey();

/** As stored by hand, or by a rotation function. */
const ODD_TEXTS: readonly (readonly [what: string, text: string])[] = [
  ["a line break at its end", `${ODD_KEY}\n`],
  ["a line break of Windows", `${ODD_KEY}\r\n`],
  ["a line break in the middle", `${ODD_KEY.slice(0, 20)}\n${ODD_KEY.slice(20)}`],
  ["pretty JSON", JSON.stringify({ api_key: ODD_KEY }, undefined, 2)],
  ["a control character", `\u0000${ODD_KEY}`],
];

test.each(ODD_TEXTS)("a text with %s is no key, and no error quotes it, as those of HTTP clients do", async (_, text) => {
  stored = text;
  const client = (apiKey: string) => new OpenAI({ apiKey, baseURL: api.url, maxRetries: 0 }).models.list();
  await expect(new AiKey(ARN).use(client)).rejects.toThrow(NO_KEY);
});

test.each(ODD_TEXTS)("the Lambda function returns nothing of a text with %s to its caller", async (_, text) => {
  stored = text;
  process.env.AI_API_KEY_SECRET_ARN = ARN;
  process.env.OPENAI_BASE_URL = api.url;
  await jest.isolateModulesAsync(async () => {
    const { handler } = jest.requireActual("../../../examples/lambda/handler");
    await expect(handler({ question: "who?" })).rejects.toThrow(NO_KEY);
  });
  delete process.env.AI_API_KEY_SECRET_ARN;
});

test("the key of a body is its apiKey, however the JSON is written", async () => {
  for (const indent of [undefined, 2]) {
    stored = JSON.stringify({ apiKey: "first-key", provider: "openai" }, undefined, indent);
    expect(await new AiKey(ARN).get()).toBe("first-key");
  }
});

test("Powertools' JSON transform quotes the beginning of a key alone, and the example, which has none, takes it", async () => {
  stored = ODD_KEY;
  const transformed = new SecretsProvider({ clientConfig: { region: "eu-central-1" } }).get(ARN, { transform: "json" });
  const { message } = await transformed.then(
    () => new Error("it is JSON"),
    (error: Error) => error,
  );

  expect([message.includes(ODD_KEY.slice(0, 10)), message.includes(ODD_KEY.slice(0, 11))]).toEqual([true, false]);
  expect(read("docs/reading.md")).toContain("quotes the first ten characters of the key");
  expect(await new AiKey(ARN).get()).toBe(ODD_KEY);
});

test("the key does not go along when the AI API redirects to another host", async () => {
  const reached: (string | undefined)[] = [];
  const other = await startServer(({ headers }, response) => {
    reached.push(headers.authorization);
    response.writeHead(404).end("{}");
  });
  const redirecting = await startServer((_, response) => {
    response.writeHead(302, { location: `${other.url.replace("127.0.0.1", "localhost")}/v1/models` }).end();
  });
  const ask = (apiKey: string) => new OpenAI({ apiKey, baseURL: redirecting.url, maxRetries: 0 }).models.list();
  await expect(new AiKey(ARN).use(ask)).rejects.toThrow();
  await Promise.all([redirecting.close(), other.close()]);
  expect(reached).toEqual([undefined]);
});

test("1,000 first readers at once make one call to AWS, and all later ones none", async () => {
  const key = new AiKey(ARN);
  expect(new Set(await times(1_000, () => key.get()))).toEqual(new Set(["first-key"]));
  expect(await key.get()).toBe("first-key");
  expect(calls).toEqual(["GetSecretValue"]);
});

test("1,000 requests at once that are refused make one more call, and all get their answer", async () => {
  const key = new AiKey(ARN);
  await key.get();
  stored = "second-key";

  expect(new Set(await times(1_000, () => key.use(accepting("second-key"))))).toEqual(new Set(["answer"]));
  expect(calls).toHaveLength(2);
});

test("a request whose refusal comes late takes the key that another one has brought", async () => {
  const key = new AiKey(ARN);
  await key.get();
  stored = "second-key";

  let refuse = () => {};
  const late = new Promise<void>((resolve) => {
    refuse = resolve;
  });
  const slow = key.use(async (given) => {
    await late;
    return accepting("second-key")(given);
  });
  await key.use(accepting("second-key"));
  refuse();
  expect(await slow).toBe("answer");
  expect(calls).toHaveLength(2);
});

test("a refused request does not take what others read from the cache meanwhile for the newer key", async () => {
  const key = new AiKey(ARN);
  await key.get();
  stored = "second-key";

  const reader = async () => {
    for (let reads = 0; reads < 100; reads++) {
      await key.get();
    }
  };
  const [answer] = await Promise.all([key.use(accepting("second-key")), reader(), reader()]);
  expect(answer).toBe("answer");
  expect(calls).toHaveLength(2);
});

test("a key that is refused while AWS has no newer one fails all requests at once, by one call in five seconds", async () => {
  const key = new AiKey(ARN);
  const results = await times(100, () => key.use(accepting("second-key")).catch((error) => error.message));
  results.push(await key.use(accepting("second-key")).catch((error) => error.message));

  expect(new Set(results)).toEqual(new Set(["The AI API refuses the key (401), also as AWS has it now"]));
  expect(calls).toHaveLength(2);

  stored = "second-key";
  const now = Date.now() + 5_001;
  const clock = jest.spyOn(Date, "now").mockImplementation(() => now);
  expect(await key.use(accepting("second-key"))).toBe("answer");
  clock.mockRestore();
});

test("a newer key that is refused too is not tried again, and its own message is not passed on", async () => {
  const key = new AiKey(ARN);
  await key.get();
  stored = "second-key";

  await expect(key.use(accepting("third-key"))).rejects.toThrow("The AI API refuses the key (401), also as AWS has it now");
  expect(calls).toHaveLength(2);
});

test.each(KEY_ANSWERS)("$provider: $status, $body: means the same to the example as to verify --live", ({ status, body, refused }) => {
  expect(refuses(status, body)).toBe(refused ?? false);
  if (status !== 401) {
    expect(refusesKey({ status, message: `${status} ${body}` })).toBe(refused ?? false);
  }
});

test("the examples know all refusals of the table, in Node and in Python", () => {
  const says = KEY_REFUSALS.flatMap((refusal) => refusal.says ?? []).join("|");
  expect(read("examples/node/ai-key.ts")).toContain(`/${says}/i;`);
  const [python = ""] = read("examples/python/ai_key.py").match(/re\.compile\([\s\S]*?\n\)/) ?? [];
  expect([...python.matchAll(/"([^"]*)"/g)].map(([, text]) => text).join("")).toBe(says);
});

test.each([
  ["xAI", likeXai],
  ["Gemini", likeGemini],
])("a request that is refused with 400, as %s does it, is repeated with the newer key by OpenAI's client", async (_, refuse) => {
  const key = new AiKey(ARN);
  await key.get();
  stored = "second-key";
  const api = await startAiApi("second-key");
  api.refuse = refuse;
  const ask = (apiKey: string) =>
    new OpenAI({ apiKey, baseURL: api.baseUrl }).chat.completions.create({ model: "m", messages: [{ role: "user", content: "who?" }] });

  expect((await key.use(ask)).choices[0]?.message.content).toBe("You asked: who?");
  expect(calls).toHaveLength(2);

  api.valid.clear();
  stored = "third-key";
  await expect(key.use(ask)).rejects.not.toThrow("***"); // no part of a key
  await api.close();
});

test("other errors of a request stay as they are, and are not repeated", async () => {
  const request = jest.fn().mockRejectedValue(Object.assign(new Error("429 too many"), { status: 429 }));
  await expect(new AiKey(ARN).use(request)).rejects.toThrow("429 too many");
  expect(request).toHaveBeenCalledTimes(1);
});

test("the key is read again when it is as old as maxAge says, with a new error or a new key", async () => {
  const key = new AiKey(ARN, 0.001);
  await key.get();
  await new Promise((resolve) => setTimeout(resolve, 5));
  stored = "";
  await expect(key.get()).rejects.toThrow("User is not authorized");
  stored = "second-key";
  expect(await key.get()).toBe("second-key");
});

/** Everything but the clock. */
const REAL = ["nextTick", "setImmediate", "clearImmediate", "setTimeout", "clearTimeout", "setInterval", "clearInterval"] as const;

test.each([
  { kept: "no time", maxAge: 0, seconds: 100, reads: 100, cell: "one for each request", failures: [0, 0], words: "under way" },
  { kept: "5 seconds", maxAge: 5, seconds: 3_600, reads: 720, cell: "720 at most", failures: [1, 5], words: "for up to 5 seconds" },
  { kept: "5 minutes", maxAge: 300, seconds: 3_600, reads: 12, cell: "12 at most", failures: [1, 300], words: "for up to 5 minutes" },
  { kept: "an hour", maxAge: 3_600, seconds: 3_600, reads: 1, cell: "1 at most", failures: [3_550, 3_550], words: "for up to an hour" },
  {
    kept: "the life",
    maxAge: Infinity,
    seconds: 3_600,
    reads: 1,
    cell: "none after the first",
    failures: [3_550, 3_550],
    words: "restart",
  },
])(
  "a key that is kept for $kept costs the reads and the requests that docs/reading.md says",
  async (row) => {
    const text = read("docs/reading.md")
      .split("\n")
      .find((line) => line.startsWith(`| ${row.kept}`));
    expect(text).toContain(`| ${row.cell} `);
    expect(text).toContain(row.words);

    const key = new AiKey(ARN, row.maxAge);
    jest.useFakeTimers({ doNotFake: [...REAL] });
    const begin = Date.now();
    let failed = 0;
    for (let second = 0; second < row.seconds; second++) {
      jest.setSystemTime(begin + second * 1_000);
      stored = second < 50 ? "first-key" : "second-key";
      await accepting(stored)(await key.get()).catch(() => failed++);
    }

    expect(calls.length).toBeLessThanOrEqual(row.reads);
    expect(calls.length).toBeGreaterThan(row.reads * 0.8);
    expect(failed).toBeGreaterThanOrEqual(row.failures[0] ?? Number.NaN);
    expect(failed).toBeLessThanOrEqual(row.failures[1] ?? Number.NaN);
  },
  60_000,
);

test("Powertools keeps a secret for 5 seconds when it is not told how long, as the table of clients says of this version", async () => {
  const { version } = JSON.parse(read("node_modules/@aws-lambda-powertools/parameters/package.json"));
  expect(read("docs/reading.md")).toMatch(new RegExp(`^\\| Powertools for TypeScript .*\\| after 5 seconds .*with ${version} `, "m"));

  const secrets = new SecretsProvider({ clientConfig: { region: "eu-central-1" } });
  jest.useFakeTimers({ doNotFake: [...REAL] });
  const begin = Date.now();
  const callsAfter = async (milliseconds: number) => {
    jest.setSystemTime(begin + milliseconds);
    await secrets.get(ARN);
    return calls.length;
  };
  expect([await callsAfter(0), await callsAfter(5_000), await callsAfter(5_001)]).toEqual([1, 1, 2]);
});

test.each(["ai/production/api-key", "", "arn:aws:ssm:eu-central-1:111122223333:parameter/ai"])(
  "what is no ARN of a secret is refused: %j",
  (arn) => {
    expect(() => new AiKey(arn)).toThrow(
      /^The secret's ARN is needed, which says the region, not its name: it is the output api_secret_arn$/,
    );
  },
);

test("the ARN comes from the environment, or from the parameter that it names", async () => {
  await expect(secretArn()).rejects.toThrow("Set AI_API_KEY_SECRET_ARN");

  process.env.AI_API_KEY_SECRET_ARN_PARAMETER = "/ai/api-secret-arn";
  expect(await secretArn()).toBe(ARN);
  expect(calls).toEqual(["GetParameter"]);

  process.env.AI_API_KEY_SECRET_ARN = "arn:of:the:environment";
  expect(await secretArn()).toBe("arn:of:the:environment");
});
