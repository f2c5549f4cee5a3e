import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { prepareAws } from "../../../cli/rehearse/prepare-aws";
import { AwsView } from "../../../lab/aws/aws-view";
import { Session } from "../../../lab/process/session";
import { Sandbox } from "../../../lab/sandbox";
import { startServer } from "../../support/loopback-server";
import { ROOT } from "../../support/project";

/** Runs no Terraform. */
const TOOLS = {
  terraform: { path: "none", product: "Terraform", version: "1.11.0", platform: "linux_amd64", registry: "registry.terraform.io" },
  provider: { description: "none" },
} as const;

const program = (id: string, props: string) => `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
new AiKeyStack(app, "${id}", { region: "us-east-1", ${props} });
app.synth();
`;

let session: Session;
beforeEach(() => {
  session = new Session();
});
afterEach(async () => await session.close());

test("fails for a program that needs the real account, before it asks the local AWS", async () => {
  const secretArn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:by-hand-a1B2c3";
  const sandbox = new Sandbox(session, TOOLS, ROOT);
  await sandbox.use(program("ai-secret", `keys: [{ adoptSecretArn: "${secretArn}" }]`));

  await expect(prepareAws(sandbox, new AwsView("http://127.0.0.1:9", "us-east-1"), session, false)).rejects.toThrow(
    `a local AWS has not: the secret ${secretArn} (adoptSecretArn).`,
  );
});

test("fails when the user's own local AWS has such a secret already, with the command that removes it, and leaves it alone", async () => {
  const asked: string[] = [];
  const { url, close } = await startServer(({ headers }, response) => {
    asked.push(String(headers["x-amz-target"]));
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end('{ "Name": "ai/production/api-key" }');
  });
  const sandbox = new Sandbox(session, TOOLS, ROOT);
  sandbox.endpoint = url;
  await sandbox.use(program("ai-secret", ""));
  const aws = new AwsView(url, "us-east-1");
  session.defer(close);
  session.defer(() => aws.close());

  const prepared = prepareAws(sandbox, aws, session, false);
  await expect(prepared).rejects.toThrow(`The local AWS at ${url} already has the secret ai/production/api-key.`);
  await expect(prepared).rejects.toThrow(
    "aws secretsmanager delete-secret --secret-id ai/production/api-key --force-delete-without-recovery",
  );
  await session.close();
  expect(asked).toEqual(["secretsmanager.DescribeSecret"]);
});

test("fails for a program without the stack", async () => {
  const sandbox = new Sandbox(session, TOOLS, ROOT);
  await expect(sandbox.use(program("other", ""))).rejects.toThrow(
    'main.ts must have a stack with the id "ai-secret", which the documented commands name; it has other',
  );
});

test("where a stack has a bucket, and there alone, its provider does not ask for the account", async () => {
  const sandbox = new Sandbox(session, TOOLS, ROOT);
  await sandbox.use(`
import { App } from "cdktf";
import { AiKeyStack, BootstrapStack } from "./lib";
import { ROOT } from "../../support/project";

const app = new App();
const stack = new AiKeyStack(app, "ai-secret", { region: "us-east-1", keys: [{ replicas: [{ region: "eu-west-1" }] }] });
new BootstrapStack(app, "bootstrap", { region: "us-east-1", bucket: "states", stacks: [stack], github: { repository: "acme/keys" } });
app.synth();
`);

  const bootstrap = join(sandbox.stackFolder, "../bootstrap/zz_account_override.tf.json");
  expect(JSON.parse(readFileSync(bootstrap, "utf8"))).toEqual({
    provider: { aws: [{ skip_requesting_account_id: true, skip_credentials_validation: true }] },
  });
  expect(existsSync(join(sandbox.stackFolder, "zz_account_override.tf.json"))).toBe(false);
  expect(sandbox.environmentTag()).toBe("Production");
});
