terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 6.50.0, < 7.0.0" }
  }

  backend "local" { path = "terraform.ai-secret.tfstate" }
}

provider "aws" {
  region      = "us-east-1"
  max_retries = 10

  default_tags {
    tags = { Environment = "Production", ManagedBy = "cdktf", Team = "platform" }
  }
}

variable "ai_api_key" {
  description = "The API key, from TF_VAR_ai_api_key. Never written to plan or state."
  type        = string
  ephemeral   = true
  sensitive   = true
  nullable    = false

  validation {
    condition     = var.ai_api_key != ""
    error_message = "ai_api_key is empty."
  }
  validation {
    condition     = trimspace(var.ai_api_key) == var.ai_api_key
    error_message = "ai_api_key begins or ends with white space or a newline."
  }
  validation {
    condition     = can(regex("^[!-~]*$", trimspace(var.ai_api_key)))
    error_message = "ai_api_key contains white space, a control character or a character outside ASCII."
  }
  validation {
    condition     = !can(regex("^[\"'`].*[\"'`]$", var.ai_api_key))
    error_message = "ai_api_key is wrapped in quotes."
  }
  validation {
    condition     = !can(regex("(?i)^<.*>$|^(change|replace)[-_]?(me|this|with)|^(placeholder|dummy|example|todo|tbd|none|null|undefined)$|[*]{3,}", var.ai_api_key))
    error_message = "ai_api_key is a placeholder."
  }
  validation {
    condition     = length(var.ai_api_key) >= 16
    error_message = "ai_api_key is shorter than 16 characters."
  }
  validation {
    condition     = length(var.ai_api_key) <= 65536
    error_message = "ai_api_key is longer than the 65536 bytes that AWS Secrets Manager stores."
  }
}

variable "ai_api_key_version" {
  description = "Change this number to store the key again."
  type        = number
  default     = 1
  nullable    = false
}

resource "aws_secretsmanager_secret" "key" {
  name                    = "ai/production/api-key"
  description             = "AI API secret key"
  recovery_window_in_days = 30

  lifecycle {
    prevent_destroy = true

    postcondition {
      condition     = length(self.replica) < 1
      error_message = "The secret has copies in other regions."
    }
  }
}

resource "aws_secretsmanager_secret_version" "key" {
  secret_id                = aws_secretsmanager_secret.key.arn
  secret_string_wo         = var.ai_api_key
  secret_string_wo_version = var.ai_api_key_version
}

data "aws_iam_policy_document" "read" {
  statement {
    sid       = "ReadThisKeyOnly"
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.key.arn]
  }
}

resource "aws_iam_policy" "read" {
  name_prefix = "ai-production-api-key-read-"
  description = "Read the secret ai/production/api-key"
  policy      = data.aws_iam_policy_document.read.json
}

output "api_secret_arn" { value = aws_secretsmanager_secret.key.arn }
output "api_secret_name" { value = aws_secretsmanager_secret.key.name }
output "read_policy_arn" { value = aws_iam_policy.read.arn }
output "api_key_version" { value = var.ai_api_key_version }
