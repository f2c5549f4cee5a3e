import { App } from "cdktf";
import { AiKeyStack } from "../lib";

// Synthesizes a stack with as many keys as the argument says, every option on.
const count = Number(process.argv[2]);

const app = new App();
new AiKeyStack(app, "ai-secret", {
  region: "eu-central-1",
  readers: ["arn:aws:iam::111122223333:role/app", "arn:aws:iam::444455556666:role/partner"],
  breakGlass: ["arn:aws:iam::111122223333:role/on-call"],
  encryptionKey: "customer-managed",
  replicas: [{ region: "eu-west-1" }],
  rotation: {
    function: {
      lambdaArn: "arn:aws:lambda:eu-central-1:111122223333:function:rotate-key",
      roleArn: "arn:aws:iam::111122223333:role/rotate-key",
    },
    everyDays: 30,
  },
  alarmTopicArn: "arn:aws:sns:eu-central-1:111122223333:security",
  keys: Array.from({ length: count }, (_, index) => ({
    provider: index === 0 ? "openai" : `gateway-${index}`,
    body: { endpoint: "https://api.openai.com/v1" },
    publishArnTo: `/ai/${index}`,
  })),
});
app.synth();
