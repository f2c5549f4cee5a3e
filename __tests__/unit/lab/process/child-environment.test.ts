import { awsEnvironment, launcherEnvironment, plainEnvironment, programEnvironment } from "../../../../lab/process/child-environment";

test("nothing that leads to a real account or holds a key reaches a child", () => {
  const env = plainEnvironment({
    PATH: "/bin",
    AWS_PROFILE: "prod",
    AWS_ACCESS_KEY_ID: "AKIA",
    AWS_SECRET_ACCESS_KEY: "real",
    AWS_SESSION_TOKEN: "real",
    AWS_ROLE_ARN: "arn",
    AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.2",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: "https://secretsmanager.us-east-1.amazonaws.com",
    AWS_CA_BUNDLE: "/ca",
    TF_VAR_ai_api_key: "sk-real",
    TF_CLI_ARGS: "-var x=y",
    TF_LOG: "trace",
    TF_WORKSPACE: "prod",
    OPENAI_API_KEY: "sk-real",
    NODE_OPTIONS: "--inspect",
  });

  expect(Object.keys(env).sort()).toEqual(["CHECKPOINT_DISABLE", "CI", "NO_PROXY", "PATH", "no_proxy"]);
});

test("a proxy is passed on, but never used for this machine", () => {
  const env = plainEnvironment({ HTTPS_PROXY: "http://proxy:3128", NO_PROXY: "intranet" });
  const direct = "intranet,127.0.0.1,localhost,::1";
  expect(env).toMatchObject({ HTTPS_PROXY: "http://proxy:3128", NO_PROXY: direct, no_proxy: direct });
});

test("what no_proxy names in lower case alone is asked directly by those too who look for NO_PROXY first", () => {
  const env = plainEnvironment({ https_proxy: "http://proxy:3128", no_proxy: "intranet" });
  expect(env.NO_PROXY).toBe("intranet,127.0.0.1,localhost,::1");
  expect(env.no_proxy).toBe(env.NO_PROXY);
});

test("what starts a local AWS knows besides where Docker and Python packages are", () => {
  const env = {
    PATH: "/bin",
    DOCKER_HOST: "unix:///run/user/1/docker.sock",
    UV_INDEX_URL: "https://pypi",
    AWS_PROFILE: "prod",
    TF_VAR_x: "sk",
  };
  expect(launcherEnvironment(env)).toEqual({
    ...plainEnvironment({ PATH: "/bin" }),
    DOCKER_HOST: env.DOCKER_HOST,
    UV_INDEX_URL: env.UV_INDEX_URL,
  });
});

test("AWS credentials are dummies, and files and instance metadata are pointed away", () => {
  expect(awsEnvironment({ endpoint: "http://127.0.0.1:5000", emptyFile: "/tmp/empty" })).toEqual({
    AWS_ENDPOINT_URL: "http://127.0.0.1:5000",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_CONFIG_FILE: "/tmp/empty",
    AWS_SHARED_CREDENTIALS_FILE: "/tmp/empty",
    AWS_EC2_METADATA_DISABLED: "true",
  });
});

test("the user's own program knows all but the values of Terraform's variables", () => {
  const env = programEnvironment({ PATH: "/bin", APP_ROLE: "arn", TF_VAR_ai_api_key: "sk-real" });
  expect(env).toEqual({ PATH: "/bin", APP_ROLE: "arn", CHECKPOINT_DISABLE: "1" });
});
