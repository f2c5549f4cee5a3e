import { firstDeploy } from "../../support/first-deploy";

const MADE = new Error("AlreadyExistsException: An alias with the name x already exists");

beforeEach(() => jest.spyOn(console, "error").mockImplementation(() => {}));
afterEach(() => jest.restoreAllMocks());

/** A deploy that ends with these errors, one after the other. */
function deploying(...errors: Error[]) {
  const done: string[] = [];
  const deploy = async () => {
    done.push("deploy");
    const error = errors.shift();
    if (error) {
      throw error;
    }
  };
  return { done, run: () => firstDeploy(deploy, async () => void done.push("clear")) };
}

test("a deploy that meets what it has made itself is done once more, from nothing, and that is said", async () => {
  const { done, run } = deploying(MADE);
  await run();
  expect(done).toEqual(["deploy", "clear", "deploy"]);
  expect(console.error).toHaveBeenCalledWith(expect.stringContaining("DEPLOYED ONCE MORE"));
});

test("fails when that happens again, and at once for any other reason", async () => {
  await expect(deploying(MADE, MADE).run()).rejects.toThrow(MADE);
  const denied = deploying(new Error("AccessDenied"));
  await expect(denied.run()).rejects.toThrow("AccessDenied");
  expect(denied.done).toEqual(["deploy"]);
});
