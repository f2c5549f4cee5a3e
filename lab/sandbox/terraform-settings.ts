import { existsSync } from "node:fs";
import { join } from "node:path";

export interface TerraformSettings {
  /** The folder for logs. */
  readonly logs: string;
  /** A Terraform CLI configuration of the sandbox's own; undefined: the user's. */
  readonly cliConfig: string | undefined;
  /** Whether the state is in S3. */
  readonly inBucket: boolean;
}

/**
 * No questions, and the most talkative logs that `lib/environment.ts` accepts, for the leak proof to read: with these credentials,
 * Terraform's own log holds no token. The provider's log holds whole AWS requests at debug and trace level.
 */
export function terraformSettings({ logs, cliConfig, inBucket }: TerraformSettings): NodeJS.ProcessEnv {
  const userConfig = process.env.TF_CLI_CONFIG_FILE;
  const config = cliConfig ?? (userConfig && existsSync(userConfig) ? userConfig : undefined);

  return {
    TF_INPUT: "0",
    TF_LOG_CORE: "trace",
    TF_LOG_PROVIDER: "info",
    TF_LOG_PATH: join(logs, "terraform.log"),
    ...(inBucket ? { TF_CLI_ARGS_init: "-backend-config=use_path_style=true" } : {}), // a loopback address has no names of buckets
    CDKTF_SKIP_PROVIDER_LOCK: "true", // the checksums of other platforms' providers come from the registry alone
    CDKTF_LOG_LEVEL: "debug",
    CDKTF_LOG_FILE_DIRECTORY: logs,
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "1",
    GOGC: "400", // a fifth less of processor time, for 40 MB: https://pkg.go.dev/runtime#hdr-Environment_Variables
    ...(config ? { TF_CLI_CONFIG_FILE: config } : {}),
    ...(cliConfig ? { CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" } : {}),
  };
}
