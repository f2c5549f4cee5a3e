import { App, type TerraformStack, Testing } from "cdktf";
import { checkComplete } from "../../../../cli/handover/check-complete";
import { plainHcl } from "../../../../cli/handover/plain-hcl";
import { AiKeyStack, type AiKeyStackProps } from "../../../../lib";
import { ROLE } from "../../../support/access";

const ACCOUNT = "us-east-1:111122223333";

const stackWith = (props: AiKeyStackProps) =>
  new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", { region: "us-east-1", ...props });

/** What `cdktf synth --hcl` and `cdktf synth` write. */
function rendered(stack: TerraformStack) {
  const config = JSON.parse(Testing.synth(stack));
  const { hcl } = stack.toHclTerraform();
  return { hcl, config };
}

test("the HCL of a stack with every option, put right, says the same as its JSON", async () => {
  const stack = stackWith({
    tags: { Team: "platform", Odd: "$${x} %%{y} ü", Number: "12" },
    state: {
      bucket: "states",
      key: "a.tfstate",
      region: "us-east-1",
      kmsKeyArn: `arn:aws:kms:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
    },
    keys: [
      { adoptSecretArn: `arn:aws:secretsmanager:${ACCOUNT}:secret:my-key-a1B2c3`, replicas: [{ region: "eu-west-1" }], body: {} },
      {
        provider: "openai",
        description: 'The "main" key',
        readers: [ROLE],
        encryptionKey: "customer-managed",
        rotation: {
          function: { lambdaArn: `arn:aws:lambda:${ACCOUNT}:function:rotate-key`, roleArn: "arn:aws:iam::111122223333:role/rotate-key" },
          everyDays: 30,
        },
        alarmTopicArn: `arn:aws:sns:${ACCOUNT}:security`,
        publishArnTo: "/ai/openai-secret-arn",
        body: { endpoint: "https://api.openai.com/v1" },
      },
      { provider: "anthropic", readers: [ROLE] },
    ],
  });
  stack.secret("anthropic").grantRead({ roleName: "named" });
  const { hcl, config } = rendered(stack);

  await expect(checkComplete("ai-secret", plainHcl(hcl, config), config)).resolves.toBeUndefined();
});

test("fails for HCL as cdktf writes it, and says where", async () => {
  const { hcl, config } = rendered(stackWith({}));
  await expect(checkComplete("ai-secret", hcl, config)).rejects.toThrow("cdktf can't write ai-secret as HCL: ");

  const readable = hcl.replace('0 = "required_version"', 'required_version = ">= 1.11.0"');
  await expect(checkComplete("ai-secret", readable, config)).rejects.toThrow("check is not the same");
});

test.each(["two\nlines", "back\\dslash", 'a "quote" beside ${var.ai_api_key_version}'])(
  "fails for a text that cdktf can't write: %j",
  async (description) => {
    const { hcl, config } = rendered(stackWith({ keys: [{ description }] }));
    await expect(checkComplete("ai-secret", plainHcl(hcl, config), config)).rejects.toThrow(
      "do without line breaks, backslashes, and quotes",
    );
  },
);
