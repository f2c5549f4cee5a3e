import { spawnSync } from "node:child_process";
import { findProgram } from "../../lab/process/find-program";

/** For tests of documented commands. @throws Error without the AWS CLI, with what installs it */
export function needAwsCli(searchPath = process.env.PATH): void {
  if (!findProgram("aws", searchPath)) {
    throw new Error(
      "aws was not found on PATH. Install the AWS CLI, for example with pip install awscli, or as " +
        "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html says.",
    );
  }
}

/** For the example in Python. @throws Error without boto3, with what installs it */
export function needBoto3(searchPath = process.env.PATH): void {
  if (spawnSync("python3", ["-c", "import boto3"], { env: { ...process.env, PATH: searchPath } }).status !== 0) {
    throw new Error("python3 with boto3 was not found. Install it: pip install -r examples/python/requirements.txt");
  }
}
