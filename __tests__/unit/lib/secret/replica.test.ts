import { App } from "cdktf";
import { AiKeyStack } from "../../../../lib";
import { keyWith, resources, statements, synthesized } from "../../../support/access";

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

test("a secret has the replicas that are asked for, each with its own key", () => {
  const { stack } = keyWith({ replicas: [{ region: "eu-west-1", encryptionKey: KEY }, { region: "us-east-1" }] });
  expect(resources(stack, "aws_secretsmanager_secret")[0].replica).toEqual([
    { region: "eu-west-1", kms_key_id: KEY },
    { region: "us-east-1" },
  ]);
});

test("the read policy covers them and their keys", () => {
  const { stack } = keyWith({ replicas: [{ region: "eu-west-1", encryptionKey: KEY }] });

  const [read] = statements(stack, "ReadThisKeyOnly");
  expect(read.resources).toEqual([expect.stringContaining("aws_secretsmanager_secret"), expect.stringContaining("$1:eu-west-1:")]);
  expect(statements(stack, "DecryptThisKeyOnly")[0].resources).toEqual([KEY]);
});

test("Terraform refuses one in the secret's own region, whichever the provider's is", () => {
  const [secret] = resources(keyWith({ replicas: [{ region: "eu-west-1" }] }).stack, "aws_secretsmanager_secret");
  expect(secret.lifecycle.precondition[0].condition).toMatch(
    /^\$\{!contains\(\["eu-west-1"\], element\(split\("\.", data\.aws_region\.\S+\.endpoint\), 1\)\)\}$/,
  );
});

test("Terraform refuses a copy that AWS could not make once a new key is stored, whose version is unknown until then", () => {
  const { stack } = keyWith({ replicas: [{ region: "eu-west-1" }] });
  const [{ lifecycle }] = resources(stack, "aws_secretsmanager_secret_version");
  expect(lifecycle.postcondition).toEqual([
    {
      condition: expect.stringMatching(
        /^\$\{self\.version_id == "" \|\| length\(\[for copy in aws_secretsmanager_secret\.key_secret_\w+\.replica : copy\.region if copy\.status == "Failed"\]\) == 0\}$/,
      ),
      error_message: expect.stringMatching(
        /^AWS could not copy the secret to: \$\{join\("; ", \[for copy in .*forceOverwriteReplicaSecret/,
      ),
    },
  ]);
  expect(resources(stack, "aws_secretsmanager_secret")[0].lifecycle.postcondition).toHaveLength(1); // of the region
});

test("without a key of the program's, the secret itself tells of such a copy", () => {
  const rotation = { openai: { projectId: "proj_abc", serviceAccountId: "user-abc" }, everyDays: 30 };
  const stack = new AiKeyStack(new App({ outdir: "never-written" }), "stack", {
    provider: "openai",
    rotation,
    replicas: [{ region: "eu-west-1" }],
  });
  expect(resources(stack, "aws_secretsmanager_secret_version")).toEqual([]);
  expect(resources(stack, "aws_secretsmanager_secret")[0].lifecycle.postcondition[1].condition).toMatch(
    /^\$\{length\(\[for copy in self\.replica : /,
  );
});

// https://github.com/hashicorp/terraform-provider-aws/blob/v6.58.0/internal/service/meta/region_data_source.go
test("read, not run: AWS provider 6.0 deprecates the region's name, 6.47 its id, and neither its endpoint", () => {
  const { stack } = keyWith({ replicas: [{ region: "eu-west-1" }] });
  const references = JSON.stringify(synthesized(stack)).matchAll(/data\.aws_region\.[\w-]+\.(\w+)/g);
  expect(new Set([...references].map(([, attribute]) => attribute))).toEqual(new Set(["endpoint"]));
});

test("fails for a key of another region", () => {
  expect(() => keyWith({ replicas: [{ region: "us-east-1", encryptionKey: KEY }] })).toThrow(
    "must be a key of the replica's region, us-east-1",
  );
});

test("fails for no region, for one twice, and for an alias", () => {
  expect(() => keyWith({ replicas: [{ region: "Ireland" }] })).toThrow("replicas.region must be an AWS region");
  expect(() => keyWith({ replicas: [{ region: "eu-west-1" }, { region: "eu-west-1" }] })).toThrow("must name each region once");
  expect(() => keyWith({ replicas: [{ region: "eu-west-1", encryptionKey: "alias/x" }] })).toThrow("replicas.encryptionKey");
});

test("without replicas Terraform warns of copies that nobody asked for, and a rotation goes on", () => {
  const { stack } = keyWith();
  const { check } = synthesized(stack);
  expect(Object.values(check)).toEqual([
    {
      assert: [
        {
          condition: expect.stringMatching(/^\$\{\(length\(aws_secretsmanager_secret\.key_secret_\w+\.replica\) < 1\)\}$/),
          error_message: expect.stringContaining("copies in other regions that [own/key] replicas does not name"),
        },
      ],
    },
  ]);
  expect(JSON.stringify(resources(stack, "aws_secretsmanager_secret"))).not.toContain("replica");
});
