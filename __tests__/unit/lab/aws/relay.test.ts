import { startRelay } from "../../../../lab/aws/relay";
import { type LoopbackServer, startServer } from "../../../../lab/process/loopback-server";

/** A local AWS that counts what it is asked, and answers with that number. */
let asked = 0;
let status = 200;
let local: LoopbackServer;
let relay: LoopbackServer;

beforeAll(async () => {
  local = await startServer((_, response) => {
    asked += 1;
    response.writeHead(status, { "x-answer": String(asked), connection: "close" }).end(String(asked));
  });
  relay = await startRelay(local.url);
});
afterAll(async () => {
  await relay.close();
  await local.close();
});
beforeEach(() => {
  asked = 0;
  status = 200;
});

async function ask(id: string, attempt: number, path = "/"): Promise<string> {
  const headers = { "amz-sdk-invocation-id": id, "amz-sdk-request": `attempt=${attempt}; max=25` };
  return (await fetch(`${relay.url}${path}`, { method: "POST", headers, body: "{}" })).text();
}

test("a request that is repeated gets its first answer, and another request its own", async () => {
  expect(await ask("a", 1)).toBe("1");
  expect(await ask("a", 2)).toBe("1");
  expect(await ask("b", 1)).toBe("2");
});

test("a request that is repeated while the first one is under way waits for that answer", async () => {
  expect(await Promise.all([ask("c", 1), ask("c", 2)])).toEqual(["1", "1"]);
});

test("a failure of the server is not given again, nor what S3 said", async () => {
  status = 500;
  expect(await ask("d", 1)).toBe("1");
  status = 200;
  expect(await ask("d", 2)).toBe("2");

  expect(await ask("e", 1, "/bucket/key")).toBe("3");
  expect(await ask("e", 2, "/bucket/key")).toBe("4");
});

test("a local AWS that is gone cuts the connection, as without a relay", async () => {
  const gone = await startServer(() => {});
  const before = await startRelay(gone.url);
  await gone.close();
  await expect(fetch(before.url)).rejects.toThrow("fetch failed");
  await before.close();
});
