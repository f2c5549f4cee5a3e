import { randomKey } from "../cli/rehearsal/random-key";
import { startAwsProxy } from "./support/aws-proxy";
import { describeWithAws, type Lab, openLab } from "./support/lab";

const FIRST = randomKey();
const SECOND = randomKey();

describeWithAws("a deploy that is killed in the middle of the apply", () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab(undefined, { ownProviders: true });
  });
  afterAll(async () => await lab?.close());

  /** Deploys, and kills cdktf, Terraform and the provider at the moment when the key is on its way to AWS. */
  async function deployAndKill(variables: Record<string, string>): Promise<void> {
    const { endpoint } = lab.sandbox;
    let reached = false;
    const proxy = await startAwsProxy(endpoint, ([call]) => {
      if (call?.action !== "secretsmanager:PutSecretValue") {
        return undefined;
      }
      reached = true;
      setTimeout(() => lab.session.killChildren(), 1_000); // Terraform has written the rest of the state by then
      return "handled";
    });
    lab.sandbox.endpoint = proxy.endpoint;

    try {
      const { exitCode } = await lab.sandbox.tryDeploy(variables);
      expect(reached).toBe(true);
      expect(exitCode).not.toBe(0);
    } finally {
      lab.sandbox.endpoint = endpoint;
      await proxy.close();
    }
  }

  test("is repaired by the next one: the secret that was made is kept, and gets the key", async () => {
    await deployAndKill({ ai_api_key: FIRST });
    const made = await lab.aws.describeSecret("ai/production/api-key");
    expect(made?.VersionIdsToStages ?? {}).toEqual({});

    await lab.sandbox.apply({ ai_api_key: FIRST });
    expect(lab.sandbox.state()?.outputs.api_secret_arn?.value).toBe(made?.ARN);
    expect(await lab.aws.secretValue("ai/production/api-key")).toBe(FIRST);
  });

  test("during a rotation leaves the old key in use, and the next one stores the new key", async () => {
    const rotation = { ai_api_key: SECOND, ai_api_key_version: "2" };
    await deployAndKill(rotation);
    expect(await lab.aws.secretValue("ai/production/api-key")).toBe(FIRST);

    await lab.sandbox.apply(rotation);
    expect(await lab.aws.secretValue("ai/production/api-key")).toBe(SECOND);
    expect(await lab.aws.secretValue("ai/production/api-key", "AWSPREVIOUS")).toBe(FIRST);
  });
});
