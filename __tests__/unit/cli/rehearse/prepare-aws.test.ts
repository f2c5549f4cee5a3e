import { prepareAws } from "../../../../cli/rehearse/prepare-aws";
import { AwsView } from "../../../../lab/aws/aws-view";
import { startServer } from "../../../../lab/process/loopback-server";
import { Session } from "../../../../lab/process/session";
import { Sandbox } from "../../../../lab/sandbox/sandbox";
import { NO_TOOLS, ROOT } from "../../../support/project";

const program = (props: string) => `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
new AiKeyStack(app, "ai-secret", { region: "us-east-1", ${props} });
app.synth();
`;

let session: Session;
beforeEach(() => {
  session = new Session();
});
afterEach(async () => await session.close());

test("fails for a program that needs the real account, before it asks the local AWS", async () => {
  const secretArn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:my-key-a1B2c3";
  const sandbox = new Sandbox(session, NO_TOOLS, ROOT);
  await sandbox.use(program(`keys: [{ adoptSecretArn: "${secretArn}" }]`));

  await expect(prepareAws(sandbox, new AwsView("http://127.0.0.1:9", "us-east-1"), session, false)).rejects.toThrow(
    `a local AWS has not: the secret ${secretArn} (adoptSecretArn).`,
  );
}, 30_000);

test("fails when the user's own local AWS has such a secret already, with the command that removes it, and leaves it alone", async () => {
  const asked: string[] = [];
  const { url, close } = await startServer(({ headers }, response) => {
    asked.push(String(headers["x-amz-target"]));
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end('{ "Name": "ai/production/api-key" }');
  });
  const sandbox = new Sandbox(session, NO_TOOLS, ROOT);
  sandbox.endpoint = url;
  await sandbox.use(program(""));
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
}, 30_000);
