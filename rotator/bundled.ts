import { join } from "node:path";
import { buildSync } from "esbuild";

/**
 * The function's code, in one file: for reading too, as it is what runs in a user's account. Lambda's runtime has the AWS SDK.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
export function bundled(): string {
  const { outputFiles } = buildSync({
    absWorkingDir: join(__dirname, ".."), // comments name files from here on
    entryPoints: [join(__dirname, "index.ts")],
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    external: ["@aws-sdk/*"],
    banner: { js: "// Made of rotator/*.ts by npm run bundle. Licensed under the MIT license." },
    legalComments: "none",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
