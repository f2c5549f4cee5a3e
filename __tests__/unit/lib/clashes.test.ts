import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { App, TerraformStack } from "cdktf";
import { AiKeySecret, AiKeyStack, type AiKeyStackProps, BootstrapStack, EphemeralVariable } from "../../../lib";
import { synthesized } from "../../support/synthesized";

const REGION = "eu-central-1";
const KEY = `arn:aws:kms:${REGION}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const OTHER_ACCOUNTS_KEY = KEY.replace("111122223333", "444455556666");

const state = (key: string, kmsKeyArn = KEY) => ({ bucket: "acme-states", key, region: REGION, kmsKeyArn });

/** What the synth of the first of two stacks says. */
function synthOf(first: AiKeyStackProps, second: AiKeyStackProps, more: (stacks: AiKeyStack[], app: App) => void = () => {}) {
  const app = new App({ outdir: "never-written" });
  const [staging, production] = [first, second].map(
    (props, index) => new AiKeyStack(app, index === 0 ? "ai-staging" : "ai-production", { region: REGION, ...props }),
  );
  more(
    [staging, production].flatMap((stack) => stack ?? []),
    app,
  );
  return () => staging && synthesized(staging);
}

const bootstrap = (app: App, id: string, stacks: AiKeyStack[]) =>
  new BootstrapStack(app, id, {
    region: REGION,
    bucket: `acme-${id}`,
    stacks,
    github: { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } },
  });

test("two environments of their own names pass", () => {
  expect(
    synthOf({ environment: "Staging", state: state("staging/terraform.tfstate") }, { state: state("production/terraform.tfstate") }),
  ).not.toThrow();
});

test("fails for two stacks of one state, with both named", () => {
  expect(synthOf({ environment: "Staging", state: state("ai/terraform.tfstate") }, { state: state("ai/terraform.tfstate") })).toThrow(
    "ai-staging and ai-production both have the state acme-states/ai/terraform.tfstate, and AWS has one. A deploy of one would destroy what is in the other. Give one of them another state.key.",
  );
});

test("fails for one state in two bootstraps, and for one bucket", () => {
  const twoBootstraps = (bucket: string, key: string) => () => {
    const app = new App({ outdir: "never-written" });
    const [one, another] = ["Staging", "Production"].map((environment) => {
      const stack = new AiKeyStack(app, `ai-${environment.toLowerCase()}`, { region: REGION, environment });
      const github = { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } };
      const own = environment === "Staging";
      return new BootstrapStack(app, `bootstrap-${environment.toLowerCase()}`, {
        region: REGION,
        bucket: own ? "acme-staging" : bucket,
        state: state(own ? "bootstrap-staging" : key),
        stacks: [stack],
        github,
      });
    });
    return one && another && synthesized(one);
  };
  expect(twoBootstraps("acme-production", "bootstrap-production")).not.toThrow();
  expect(twoBootstraps("acme-production", "bootstrap-staging")).toThrow("both have the state acme-states/bootstrap-staging");
  expect(twoBootstraps("acme-staging", "bootstrap-production")).toThrow(
    "bootstrap-staging/states/bucket and bootstrap-production/states/bucket both have the bucket acme-staging, and AWS has one.",
  );
});

describe("secrets of one name", () => {
  const same = { keys: [{ secretName: "acme/ai-key" }] };

  test("fail in one account and region, with both stacks named", () => {
    expect(synthOf({ environment: "Staging", ...same }, same)).toThrow(
      "ai-staging/ai-key/secret and ai-production/ai-key/secret both have the secret acme/ai-key, and AWS has one. Give one of the keys another secretName, or one of the stacks another environment. If the stacks are in two accounts, say so: by a BootstrapStack for each account, with its stacks, or by other allowed_account_ids of their AWS providers.",
    );
    expect(synthOf({}, {})).toThrow("both have the secret ai/production/api-key");
  });

  test("fail where one is copied into the region of the other", () => {
    expect(synthOf({ ...same, replicas: [{ region: "us-east-1" }] }, { ...same, region: "us-east-1" })).toThrow("both have the secret");
  });

  test("pass in two regions, and where only a deploy knows one of them", () => {
    expect(synthOf(same, { ...same, region: "us-east-1" })).not.toThrow();
    expect(synthOf(same, { ...same, region: undefined })).not.toThrow();
    expect(synthOf({ ...same, region: undefined }, { ...same, region: undefined })).toThrow("both have the secret acme/ai-key");
  });

  test("pass in two accounts: of a bootstrap each, or with states by keys of two accounts", () => {
    const apart = ([one, another]: AiKeyStack[], app: App) => {
      bootstrap(app, "bootstrap-staging", one ? [one] : []);
      bootstrap(app, "bootstrap-production", another ? [another] : []);
    };
    expect(synthOf(same, same, apart)).not.toThrow();
    expect(synthOf(same, same, (stacks, app) => bootstrap(app, "bootstrap", stacks))).toThrow("both have the secret acme/ai-key");
    expect(synthOf({ ...same, state: state("a") }, { ...same, state: state("b", OTHER_ACCOUNTS_KEY) })).not.toThrow();
  });

  test("fail in a stack of somebody else's, beside an AiKeyStack and in itself, and pass with another provider", () => {
    const own = (account?: string) => (_: AiKeyStack[], app: App) => {
      const stack = new TerraformStack(app, "own");
      new AwsProvider(stack, "aws", { region: REGION, allowedAccountIds: account ? [account] : undefined });
      new AiKeySecret(stack, "key", { apiKey: new EphemeralVariable(stack, "api_key"), name: "ai/staging/api-key" });
    };
    expect(synthOf({ environment: "Staging" }, {}, own())).toThrow("ai-staging/ai-key/secret and own/key/secret both have the secret");
    expect(synthOf({ environment: "Staging" }, {}, own("444455556666"))).not.toThrow();
  });
});

test("what has no name of its own passes: AWS makes one up", () => {
  const app = new App({ outdir: "never-written" });
  const stack = new AiKeyStack(app, "ai-secret", { region: REGION });
  new S3Bucket(stack, "one", {});
  new S3Bucket(stack, "another", {});
  expect(() => synthesized(stack)).not.toThrow();
});

test("fails for two parameters of one name", () => {
  const published = { keys: [{ publishArnTo: "/ai/arn" }] };
  expect(synthOf({ environment: "Staging", ...published }, published)).toThrow(
    "both have the parameter /ai/arn, and AWS has one. Give one of the keys another publishArnTo.",
  );
});
