// The key, and a Lambda function that may read it: TF_VAR_ai_api_key=… npx cdktf deploy ai-lambda --app "TSX_DISABLE_CACHE=1 node --require tsx/cjs examples/lambda/main.ts"
import { join } from "node:path";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { App, AssetType, TerraformAsset } from "cdktf";
import { buildSync } from "esbuild";
import { AiKeyStack } from "../../lib"; // elsewhere: "cdktf-ai-secret"

const NAME = "ask-ai";

export const app = new App();
const stack = new AiKeyStack(app, "ai-lambda", { environment: "Example", region: "us-east-1" });
const secret = stack.secret();

const lambda = { actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }] };
const trust = new DataAwsIamPolicyDocument(stack, "trust", { statement: [lambda] });
const role = new IamRole(stack, "role", { name: NAME, assumeRolePolicy: trust.json });
secret.grantRead(role);

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
});

app.synth();
