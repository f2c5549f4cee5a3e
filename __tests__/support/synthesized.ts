import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack, Testing } from "cdktf";

/** The AWS provider, as the bindings write it: those of CDK Terrain with the namespace that Terraform and OpenTofu add to a bare name. */
export const AWS_PROVIDER = expect.stringMatching(/^(hashicorp\/)?aws$/);

/** A stack of someone else's, with a provider as anyone has it. */
export class OwnStack extends TerraformStack {
  constructor(id = "own") {
    super(new App({ outdir: "never-written" }), id);
    new AwsProvider(this, "aws", { region: "eu-central-1" });
  }
}

/** A stack's Terraform configuration, after its validations have run. */
// biome-ignore lint/suspicious/noExplicitAny: arbitrary JSON, which the tests look into
export function synthesized(stack: TerraformStack): any {
  return JSON.parse(Testing.synth(stack, true));
}

/** All resources of a type. */
// biome-ignore lint/suspicious/noExplicitAny: arbitrary JSON, which the tests look into
export function resources(stack: TerraformStack, type: string): any[] {
  return Object.values(synthesized(stack).resource?.[type] ?? {});
}
