/**
 * What children of a rehearsal may know of the user's environment. Everything else stays out: AWS_PROFILE and credentials, which would
 * lead to a real account, TF_VAR_*, which may hold a real key, and TF_CLI_ARGS, TF_LOG and the like, which would change the commands.
 */
const PASSED_ON = [
  "PATH",
  "HOME",
  "USER",
  "LANG",
  "LC_ALL",
  "TMPDIR",
  "NO_COLOR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "http_proxy",
  "https_proxy",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  "TERRAFORM_BINARY_NAME",
  "TF_PLUGIN_CACHE_DIR",
  "PYENV_ROOT",
  "PYENV_VERSION",
];

/** What a program that starts a local AWS may know besides: how to reach the Docker engine, and where Python packages come from. */
const PASSED_ON_TO_LAUNCHERS = /^(DOCKER|UV|PIP|PIPX|XDG)_/;

/** What a local AWS takes, and a real one refuses. */
export const DUMMY_CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/** For a program that names no region. */
export const DEFAULT_REGION = "us-east-1";

const LOOPBACK = "127.0.0.1,localhost,::1";

/** The environment of every child. */
export function plainEnvironment(from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const passedOn = PASSED_ON.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]);
  const direct = [from.NO_PROXY || from.no_proxy, LOOPBACK].filter(Boolean).join(","); // one list: most programs read one of the two

  return {
    ...Object.fromEntries(passedOn),
    CI: "1",
    NO_PROXY: direct,
    no_proxy: direct,
    CHECKPOINT_DISABLE: "1",
  };
}

/** The environment of a program that starts a local AWS. */
export function launcherEnvironment(from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const passedOn = Object.entries(from).filter(([name]) => PASSED_ON_TO_LAUNCHERS.test(name));

  return { ...plainEnvironment(from), ...Object.fromEntries(passedOn) };
}

/** The environment of the user's own program: all of it but Terraform's variables, which may hold a key. */
export function programEnvironment(from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const passedOn = Object.entries(from).filter(([name]) => !name.startsWith("TF_VAR_"));

  return { ...Object.fromEntries(passedOn), CHECKPOINT_DISABLE: "1" };
}

export interface LocalAwsAccess {
  /** The local AWS, on a loopback address. */
  readonly endpoint: string;
  /** An existing empty file, which stands for the user's AWS configuration and credentials files. */
  readonly emptyFile: string;
}

/** What a child needs to reach the local AWS, and what keeps it from reaching a real one. */
export function awsEnvironment({ endpoint, emptyFile }: LocalAwsAccess): NodeJS.ProcessEnv {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
    AWS_REGION: DEFAULT_REGION,
    AWS_DEFAULT_REGION: DEFAULT_REGION, // for the AWS CLI 1
    AWS_CONFIG_FILE: emptyFile,
    AWS_SHARED_CREDENTIALS_FILE: emptyFile,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** What a shell needs to look at the local AWS with the `aws` command. */
export function awsExports(endpoint: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
    AWS_DEFAULT_REGION: region, // the AWS CLI 1 knows no other
  };
}
