import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import setUp, { shared } from "../../support/global-setup";
import tearDown from "../../support/global-teardown";
import { needAwsCli, needBoto3 } from "../../support/needs";

const { PATH, AI_KEY_E2E, TERRAFORM_BINARY_NAME, TF_PROVIDER_MIRROR } = process.env;
const before = { PATH, AI_KEY_E2E, TERRAFORM_BINARY_NAME, TF_PROVIDER_MIRROR };

const folder = mkdtempSync(join(tmpdir(), "ai-key-test-"));
beforeEach(() => {
  process.env.PATH = folder;
  delete process.env.AI_KEY_E2E;
  delete process.env.TERRAFORM_BINARY_NAME;
});
afterEach(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = value;
    }
  }
  rmSync(join(folder, "terraform"), { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that does nothing but print. */
function standIn(name: string, printed: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\nprintf '${printed}'\n`);
  chmodSync(join(folder, name), 0o755);
}

/** What jest prints of a failure. */
const printed = () =>
  setUp({ maxWorkers: 1 }).then(
    () => "",
    ({ stack }: Error) => stack,
  );

test("fails without Terraform, with what installs it and what does without, and no stack", async () => {
  expect(await printed()).toMatch(
    /^The end-to-end tests can't run: terraform was not found on PATH\. Install Terraform .*\nTo do without them: AI_KEY_E2E=skip npm cit$/,
  );
});

test("fails without a local AWS, with the command that installs it", async () => {
  standIn("terraform", "Terraform v1.11.4\\non linux_amd64\\n");
  mkdirSync(join(folder, "registry.terraform.io/hashicorp/aws/6.50.0/linux_amd64"), { recursive: true });
  process.env.TF_PROVIDER_MIRROR = folder;
  const said = jest.spyOn(console, "error").mockImplementation(() => {});
  expect(await printed()).toMatch(/^The end-to-end tests can't run: No local AWS was found: .* pip install 'moto\[server\]==[\d.]+'/);
  said.mockRestore();
});

test("where the Google provider can't be had, its tests are skipped, which is said once, with what is unproven and how to get it", async () => {
  standIn("terraform", "Terraform v1.11.4\\non linux_amd64\\n");
  mkdirSync(join(folder, "registry.terraform.io/hashicorp/google/6.49.0/linux_amd64"), { recursive: true });
  process.env.TF_PROVIDER_MIRROR = folder;
  const said = jest.spyOn(console, "error").mockImplementation(() => {});
  await printed();
  expect(said.mock.calls).toEqual([
    [
      expect.stringMatching(
        /^\nSKIPPED: all tests with the Google provider\. Unproven here: that a key at Google is in no state.* TF_PROVIDER_MIRROR must name a folder with registry\.terraform\.io\/hashicorp\/google.* terraform providers mirror FOLDER$/,
      ),
    ],
  ]);
  expect(process.env.E2E_GOOGLE).toBeUndefined();

  mkdirSync(join(folder, "registry.terraform.io/hashicorp/google/7.45.0/linux_amd64"), { recursive: true });
  await printed();
  expect(said).toHaveBeenCalledTimes(1);
  expect(process.env.E2E_GOOGLE).toBe(`7.45.0 from the mirror ${folder}`);
  delete process.env.E2E_GOOGLE;
  said.mockRestore();
});

test("AI_KEY_E2E=skip starts nothing, and says so at the end in one line", async () => {
  const said = jest.spyOn(console, "error").mockImplementation(() => {});
  process.env.AI_KEY_E2E = "skip";
  await setUp({ maxWorkers: 1 });
  expect(shared.session).toBeUndefined();
  await tearDown();

  expect(said.mock.calls).toEqual([["\nAI_KEY_E2E=skip: nothing was tested end to end with Terraform and a local AWS."]]);
  said.mockRestore();
});

test("fails for more workers than there are local AWSs", async () => {
  await expect(setUp({ maxWorkers: 4 })).rejects.toThrow("must run with at most 3 workers; got 4");
});

test("single parts are missed loudly, with the command that installs them", () => {
  expect(() => needAwsCli(folder)).toThrow("aws was not found on PATH. Install the AWS CLI, for example with pip install awscli");
  expect(() => needBoto3(folder)).toThrow("Install it: pip install -r examples/python/requirements.txt");
});
