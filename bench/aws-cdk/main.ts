import { App, CfnOutput, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";

const app = new App();
const stack = new Stack(app, "ai-secret", { tags: { Environment: "Production", ManagedBy: "cdk", Team: "platform" } });

const secret = new Secret(stack, "secret", { secretName: "ai/production/api-key", description: "AI API secret key" });
const reader = new Role(stack, "reader", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
secret.grantRead(reader);
new CfnOutput(stack, "SecretArn", { value: secret.secretArn });

app.synth();
