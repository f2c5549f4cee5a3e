import { unwrapped } from "../../lab/expect";
import { randomKey } from "../../lab/random-key";
import { attachProvider } from "../support/attached-provider";
import { type AwsProxy, startAwsProxy } from "../support/aws-proxy";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { PROGRAM } from "../support/project";

const KEY = { ai_api_key: randomKey() };

const ELSEWHERE = "is in another region than the stack. A changed region moves nothing.";

// From 6.0 on the provider asks in the region of the state, and imports from the region of the ARN. The proxy does that for an older one:
// AWS knows the region by the signature.
describeWithAws("a secret that is in another region than the stack", () => {
  let lab: Lab;
  let proxy: AwsProxy;

  beforeAll(async () => {
    lab = await openLab(undefined, { ownProviders: true });
    proxy = await startAwsProxy(
      lab.sandbox.endpoint,
      () => undefined,
      (headers) => ({ ...headers, authorization: headers.authorization?.replace("/eu-central-1/", "/us-east-1/") }),
    );
    lab.sandbox.endpoint = proxy.endpoint;
    lab.sandbox.settings = await attachProvider(lab.sandbox, lab.session);
    await lab.sandbox.apply(KEY);
  });
  afterAll(async () => {
    await proxy?.close();
    await lab?.close();
  });

  test("a changed region is refused when planned, and nothing is changed", async () => {
    await lab.sandbox.use(PROGRAM.replace("us-east-1", "eu-central-1"));
    const { exitCode, output } = await lab.sandbox.tryTerraform(["apply", "-auto-approve"], KEY);

    expect(exitCode).not.toBe(0);
    expect(unwrapped(output)).toContain(ELSEWHERE);
    expect(output).not.toContain("Modifying...");
    expect(output).not.toContain("Destroying...");
  });

  test("an adopted secret is refused when planned, before anything is stored or made", async () => {
    const { sandbox, aws } = lab;
    await aws.makeSecret("by-hand", "old");
    const adoptSecretArn = (await aws.describeSecret("by-hand"))?.ARN;
    await sandbox.use(PROGRAM.replace('region: "us-east-1"', `keys: [{ provider: "openai", adoptSecretArn: "${adoptSecretArn}" }]`));
    sandbox.settings = { AWS_REGION: "eu-central-1" }; // and a provider that starts with it
    const { exitCode, output } = await sandbox.tryTerraform(["apply", "-auto-approve"], { openai_api_key: randomKey("openai") });

    expect(exitCode).not.toBe(0);
    expect(unwrapped(output)).toContain(ELSEWHERE);
    expect(output).not.toContain("Creating...");
    expect(await aws.secretValue("by-hand")).toBe("old");
  });
});
