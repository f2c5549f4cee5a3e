import { spawn } from "node:child_process";
import { killTree, Session } from "../../../../lab/process/session";

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("everything is undone in reverse order, whatever fails on the way", async () => {
  const session = new Session();
  const done: string[] = [];
  session.defer(() => void done.push("first"));
  session.defer(() => {
    throw new Error("broken");
  });
  session.defer(async () => void done.push("last"));

  await expect(session.close()).rejects.toThrow("broken");
  expect(done).toEqual(["last", "first"]);
});

test("the first reason to stop is the one that is told", async () => {
  const session = new Session();
  session.abort(new Error("the cause"));
  session.abort(new Error("a consequence"));

  expect(() => session.throwIfAborted()).toThrow("the cause");
  await session.close();
});

test("no signal handler stays", async () => {
  const before = process.listenerCount("SIGINT");
  await new Session().close();
  expect(process.listenerCount("SIGINT")).toBe(before);
});

test("a process is killed with its descendants, those in a session of their own included", async () => {
  const grandchild = `require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { detached: true, stdio: "ignore" })`;
  const child = spawn(process.execPath, ["-e", `console.log(${grandchild}.pid); setTimeout(() => {}, 60000)`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const pid = await new Promise<number>((resolve) => child.stdout.once("data", (chunk) => resolve(Number(chunk))));
  expect(isAlive(pid)).toBe(true);

  killTree(child.pid ?? 0);
  await new Promise((resolve) => child.once("close", resolve));
  for (let i = 0; i < 50 && isAlive(pid); i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(isAlive(pid)).toBe(false);
});
