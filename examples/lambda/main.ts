// The key, the team's roles, and an application's stack whose Lambda function may read the key, deployed in this order:
// TF_VAR_ai_api_key=… npx cdktf deploy bootstrap ai-secret ai-lambda --app "TSX_DISABLE_CACHE=1 node --require tsx/cjs examples/lambda/main.ts"
import { join } from "node:path";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, AssetType, TerraformAsset, TerraformStack } from "cdktf";
import { buildSync } from "esbuild";
import { AiKeyStack, BootstrapStack } from "../../lib"; // elsewhere: "cdktf-ai-secret"

const NAME = "ask-ai";
const REGION = "us-east-1";

export const app = new App();

const keys = new AiKeyStack(app, "ai-secret", { environment: "Example", region: REGION });
const secret = keys.secret();

new BootstrapStack(app, "bootstrap", {
  region: REGION,
  bucket: "acme-terraform-states",
  stacks: [keys],
  github: { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } },
});

const stack = new TerraformStack(app, "ai-lambda");
new AwsProvider(stack, "aws", { region: REGION });

const lambda = { actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }] };
const trust = new DataAwsIamPolicyDocument(stack, "trust", { statement: [lambda] });
const role = new IamRole(stack, "role", { name: NAME, assumeRolePolicy: trust.json });
const granted = secret.grantRead(role);

const logs = new CloudwatchLogGroup(stack, "logs", { name: `/aws/lambda/${NAME}`, retentionInDays: 30 });
const write = { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${logs.arn}:*`] };
const logging = new DataAwsIamPolicyDocument(stack, "logging", { statement: [write] });
new IamRolePolicy(stack, "write-logs", { role: role.name, policy: logging.json });

const folder = join(__dirname, "dist");
buildSync({
  entryPoints: [join(__dirname, "handler.ts")],
  outfile: join(folder, "index.js"),
  bundle: true,
  minify: true,
  platform: "node",
  target: "node22",
});
const code = new TerraformAsset(stack, "code", { path: folder, type: AssetType.ARCHIVE });

new LambdaFunction(stack, "function", {
  functionName: NAME,
  role: role.arn,
  runtime: "nodejs22.x",
  handler: "index.handler",
  timeout: 60, // seconds
  filename: code.path,
  sourceCodeHash: code.assetHash,
  environment: { variables: { AI_API_KEY_SECRET_ARN: secret.arn } },
  dependsOn: [granted],
});

app.synth();
