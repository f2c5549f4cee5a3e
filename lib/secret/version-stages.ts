/**
 * The staging label of the version that Terraform stored. AWS may delete a version without a label, and others, such as a rotation function,
 * take AWSCURRENT and AWSPREVIOUS from it by storing twice. Terraform would then store it anew, and CI's old key would be current again.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 * https://github.com/hashicorp/terraform-provider-aws/issues/37302
 */
export const TERRAFORM_STAGE = "TERRAFORM";

/** The labels that a stored version gets. AWS takes each of them from the version that had it. */
export const VERSION_STAGES = ["AWSCURRENT", TERRAFORM_STAGE];
