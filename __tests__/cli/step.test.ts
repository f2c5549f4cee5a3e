import { step } from "../../cli/rehearsal/step";

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  jest.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
});
afterEach(() => jest.restoreAllMocks());

test("a step is one line with its result and its seconds, and gives its value", async () => {
  const value = await step("deploy", async (say) => {
    say("3 resources");
    return 42;
  });

  expect(value).toBe(42);
  expect(lines).toEqual([expect.stringMatching(/^✔ deploy: 3 resources \[\d+\.\d s\]$/)]);
});

test("a step that fails is marked, and the reason reaches the caller", async () => {
  const failing = step("deploy", async () => {
    throw new Error("no network");
  });

  await expect(failing).rejects.toThrow("no network");
  expect(lines).toEqual([expect.stringMatching(/^✖ deploy \[\d+\.\d s\]$/)]);
});
