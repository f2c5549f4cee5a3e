import { startServer } from "../../../../lab/process/loopback-server";

test("a connection does not time out: a client on a busy machine would choose one just as it ends", async () => {
  const server = await startServer((_, response) => response.end("here"));
  const { headers } = await fetch(server.url);
  await server.close();
  expect(headers.get("connection")).toBe("keep-alive");
  expect(headers.get("keep-alive")).toBeNull(); // else: timeout=5
});
