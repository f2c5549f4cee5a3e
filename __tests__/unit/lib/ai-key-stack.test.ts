import { App, Fn, Testing } from "cdktf";
import { type AiKeyProps, AiKeyStack, type AiKeyStackProps } from "../../../lib";
import { AWS_PROVIDER, resources, synthesized } from "../../support/synthesized";

function stackWith(props?: AiKeyStackProps): AiKeyStack {
  return new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", props);
}

test("the whole stack", () => {
  expect(synthesized(stackWith({ region: "eu-central-1" }))).toMatchSnapshot({
    terraform: { required_providers: { aws: { source: AWS_PROVIDER } } },
  });
});

test("the ids of the constructs, which are contract: a changed one replaces a user's resource", () => {
  expect(Testing.renderConstructTree(stackWith())).toMatchInlineSnapshot(`
    "ai-secret (AiKeyStack)
    ├── aws (AwsProvider)
    ├── ai-key (AiKey)
        └── Default (AiKeySecret)
            ├── secret (SecretsmanagerSecret)
            ├── copies (CheckBlock)
            ├── version (SecretsmanagerSecretVersion)
            └── read-policy (ReadPolicy)
                ├── document (DataAwsIamPolicyDocument)
                └── policy (IamPolicy)
    ├── ai_api_key (EphemeralVariable)
    ├── ai_api_key_version (TerraformVariable)
    ├── ai-key-region (DataAwsRegion)
    ├── api_secret_arn (TerraformOutput)
    ├── api_secret_name (TerraformOutput)
    ├── read_policy_arn (TerraformOutput)
    └── api_key_version (TerraformOutput)
    "
  `);
});

test("every resource is tagged with its environment and its maker, and with the user's own tags", () => {
  const tags = (props?: AiKeyStackProps) => synthesized(stackWith(props)).provider.aws[0].default_tags[0].tags;

  expect(tags()).toEqual({ Environment: "Production", ManagedBy: "cdktf" });
  expect(tags({ environment: "Staging", tags: { Team: "platform" } })).toEqual({
    Environment: "Staging",
    ManagedBy: "cdktf",
    Team: "platform",
  });
});

describe("the tags of one key", () => {
  const secretTags = (key: AiKeyProps, props?: AiKeyStackProps) =>
    resources(stackWith({ ...props, keys: [key] }), "aws_secretsmanager_secret").map(({ tags }) => tags);

  test("are on its secret alone, beside the stack's, which the provider adds, and the day on which it ends", () => {
    expect(secretTags({ tags: { Team: "search" } }, { tags: { Team: "platform", CostCenter: "42" } })).toEqual([{ Team: "search" }]);
    expect(secretTags({ tags: { Team: "search" }, expiresOn: "2027-03-31" })).toEqual([{ Team: "search", ExpiresOn: "2027-03-31" }]);
    const keys = [{ provider: "openai", tags: { Team: "search" } }, { provider: "anthropic" }];
    expect(JSON.stringify(synthesized(stackWith({ keys }))).match(/"Team":"search"/g)).toHaveLength(1);
  });

  test("are the stack's, when it has one key and no keys", () => {
    const { resource, provider } = synthesized(stackWith({ tags: { Team: "search" } }));
    expect(provider.aws[0].default_tags[0].tags.Team).toBe("search");
    expect(JSON.stringify(resource)).not.toContain("Team");
  });

  test.each<[AiKeyProps, string]>([
    [{ tags: { "aws:team": "x" } }, "keys[0].tags must have no key that begins with aws:"],
    [{ tags: { environment: "x" } }, "keys[0].tags must have keys that differ by more than their case, as IAM has one of Environment"],
    [{ tags: { Team: "" } }, "keys[0].tags.Team must have 1 to 256 characters"],
    [
      { tags: Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`tag-${index}`, "x"])), expiresOn: "2027-03-31" },
      "keys[0].tags must be 50 at most, with those that each resource gets; got 51",
    ],
    [{ tags: { ExpiresOn: "soon" } }, 'tags must leave it to expiresOn or the rotation to say when the key ends; got "ExpiresOn"'],
    [{ tags: { Note: "sk-proj-0123456789abcdefghijT3BlbkFJ0123456789abcdefghij" } }, "[ai-secret] keys.tags.Note holds an API key"],
  ])("fails for %j", (key, message) => {
    expect(() => stackWith({ keys: [key] })).toThrow(message);
  });
});

test("the secret's name follows the environment, or is chosen", () => {
  const name = (props?: AiKeyStackProps) => resources(stackWith(props), "aws_secretsmanager_secret")[0].name;

  expect(name()).toBe("ai/production/api-key");
  expect(name({ environment: "Staging" })).toBe("ai/staging/api-key");
  expect(name({ keys: [{ secretName: "mine" }] })).toBe("mine");
});

test("an environment that is known at deploy only is put into lower case by Terraform", () => {
  const stack = stackWith({ environment: Fn.upper("Staging") });
  expect(resources(stack, "aws_secretsmanager_secret")[0].name).toBe('ai/${lower(upper("Staging"))}/api-key');
});

test("without a region the provider takes it from the environment", () => {
  expect(synthesized(stackWith()).provider.aws[0]).not.toHaveProperty("region");
});

test.each(["eu-central-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1", "mx-central-1"])("%s is a region", (region) => {
  expect(synthesized(stackWith({ region })).provider.aws[0].region).toBe(region);
});

test.each(["", "Frankfurt", "eu-central", "eu-central-1a", "EU-CENTRAL-1"])("fails for the region %j", (region) => {
  expect(() => stackWith({ region })).toThrow(`region must be an AWS region such as eu-central-1; got ${JSON.stringify(region)}`);
});

test("fails for an empty environment and for empty tags", () => {
  expect(() => stackWith({ environment: "" })).toThrow("[ai-secret] environment must have 1 to 256 characters");
  expect(() => stackWith({ tags: { Team: "" } })).toThrow("tags.Team must have 1 to 256 characters");
});

describe("a stack with several keys", () => {
  const keys = [{}, { provider: "openai" }, { provider: "azure-openai", description: "Azure" }];

  test("has every name once a key, with the provider in it", () => {
    const { variable, output } = synthesized(stackWith({ keys }));
    expect(Object.keys(variable).filter((name) => !name.endsWith("_version"))).toEqual([
      "ai_api_key",
      "azure_openai_api_key",
      "openai_api_key",
    ]);
    expect(Object.keys(output).filter((name) => name.endsWith("_arn"))).toEqual([
      "api_secret_arn",
      "azure_openai_api_secret_arn",
      "azure_openai_read_policy_arn",
      "openai_api_secret_arn",
      "openai_read_policy_arn",
      "read_policy_arn",
    ]);
    expect(resources(stackWith({ keys }), "aws_secretsmanager_secret").map(({ name }) => name)).toEqual([
      "ai/production/api-key",
      "ai/production/azure-openai-api-key",
      "ai/production/openai-api-key",
    ]);
  });

  test("names the generic key as a stack without other keys does", () => {
    const alone = synthesized(stackWith());
    const among = synthesized(stackWith({ keys }));

    expect(among.resource.aws_secretsmanager_secret).toMatchObject(alone.resource.aws_secretsmanager_secret);
    expect(among.output).toMatchObject(alone.output);
    expect(among.variable).toMatchObject(alone.variable);
  });

  test("has the stack's options for all keys, and a key's own for that key", () => {
    const windows = (...own: (number | undefined)[]) => {
      const stack = stackWith({
        recoveryWindowInDays: 10,
        keys: own.map((recoveryWindowInDays, i) => ({
          provider: `p${i}`,
          recoveryWindowInDays,
        })),
      });
      return resources(stack, "aws_secretsmanager_secret").map((secret) => secret.recovery_window_in_days);
    };
    expect(windows(undefined, 7)).toEqual([10, 7]);
  });

  test("keeps the stack's allow-list for a key whose own is undefined", () => {
    const stack = stackWith({
      readers: ["arn:aws:iam::111122223333:role/app"],
      keys: [{ readers: undefined }],
    });
    expect(resources(stack, "aws_secretsmanager_secret_policy")).toHaveLength(1);
  });

  test("can't be destroyed by mistake in any environment, unless the user says so", () => {
    const lifecycle = (props: AiKeyStackProps) => resources(stackWith(props), "aws_secretsmanager_secret")[0].lifecycle;
    expect(lifecycle({})).toMatchObject({ prevent_destroy: true });
    expect(lifecycle({ preventDestroy: false })).not.toHaveProperty("prevent_destroy");
    expect(lifecycle({ preventDestroy: undefined })).toMatchObject({
      prevent_destroy: true,
    });
    expect(lifecycle({ environment: "live" })).toMatchObject({
      prevent_destroy: true,
    });
  });

  test("has no replica in its own region", () => {
    expect(() =>
      stackWith({
        region: "eu-central-1",
        replicas: [{ region: "eu-central-1" }],
      }),
    ).toThrow('replicas.region must be another region than the secret\'s own; got "eu-central-1"');
  });

  test.each<[string, AiKeyProps]>([
    [
      "encryptionKey",
      {
        encryptionKey: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      },
    ],
    ["alarmTopicArn", { alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:security" }],
    [
      "adoptSecretArn",
      {
        adoptSecretArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:my-key-a1B2c3",
      },
    ],
    [
      "rotation.function.lambdaArn",
      {
        rotation: {
          function: {
            lambdaArn: "arn:aws:lambda:us-east-1:111122223333:function:rotate-key",
            roleArn: "arn:aws:iam::111122223333:role/rotate-key",
          },
          everyDays: 30,
        },
      },
    ],
  ])("has its %s where it is itself", (prop, key) => {
    const at = (region?: string) => () => stackWith({ region, keys: [key] });

    expect(at("eu-central-1")).toThrow(`[ai-secret/ai-key] ${prop} must be of the secret's own region, eu-central-1`);
    expect(at("us-east-1")).not.toThrow();
    expect(at()).not.toThrow();
  });

  test("grants each secret for itself", () => {
    const stack = stackWith({ keys });
    stack.secret("openai").grantRead({ roleName: "app" });

    const [attachment, ...others] = resources(stack, "aws_iam_role_policy_attachment");
    expect(attachment.policy_arn).toMatch(/^\$\{aws_iam_policy\.openai-key_read-policy_/);
    expect(others).toEqual([]);
    expect(() => stack.secret("mistral")).toThrow('keys (the generic key, openai, azure-openai); got "mistral"');
  });

  test.each([
    [[{ secretName: "a" }, { provider: "x", secretName: "a" }], 'keys.secretName must be another one for each key; got "a"'],
    [[{ provider: "x" }, { secretName: "ai/production/x-api-key" }], "keys.secretName must be another one for each key"],
    [[{ provider: "api" }], "keys[0].provider must be lower-case words with hyphens, other than ai and api"],
    [[{ publishArnTo: "/a" }, { provider: "x", publishArnTo: "/a" }], "keys.publishArnTo must be another one for each key"],
  ])("fails for the keys %j", (bad, message) => {
    expect(() => stackWith({ keys: bad })).toThrow(message);
  });
});

test("fails for an environment that can't be in the secret's name, by the name that the user wrote", () => {
  expect(() => stackWith({ environment: "My Env" })).toThrow(
    "[ai-secret] environment must consist of letters, digits and /_+=.@-, as it is",
  );
  expect(() => stackWith({ environment: "My Env", keys: [{ secretName: "mine" }] })).not.toThrow();
});

test("fails for a reader of the second key by that key's path", () => {
  expect(() => stackWith({ keys: [{}, { provider: "openai", readers: ["me"] }] })).toThrow(
    "[ai-secret/openai-key] readers must hold ARNs of single roles and users",
  );
});

test("a stack with one key has all options of a key itself, and makes what keys would", () => {
  const key = {
    provider: "openai",
    secretName: "mine",
    body: { endpoint: "https://api.openai.com/v1" },
    description: "Ours",
  };
  expect(synthesized(stackWith(key))).toEqual(synthesized(stackWith({ keys: [key] })));
});

test("fails for what is of one key, beside keys", () => {
  expect(() => stackWith({ secretName: "mine", keys: [{}] })).toThrow(
    '[ai-secret] secretName must be said in keys, for the key that it is of; got "secretName"',
  );
});
