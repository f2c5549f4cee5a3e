import { CreateBucketCommand, GetBucketTaggingCommand, S3Client } from "@aws-sdk/client-s3";
import { BucketView } from "../../lab/aws/bucket-view";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { describeWithAws, emptyAws } from "../support/lab";
import { TEAM_PROGRAM } from "../support/project";
import { Run } from "../support/rehearsal-run";

/** The bootstrap with a resource of S3 Control, which AWS provider 5.100 has for the account alone, and 6.23 and newer for a bucket's tags. */
const withS3Control = (props: string) => `
import { S3AccountPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-account-public-access-block";
${TEAM_PROGRAM.replace("new BootstrapStack", "const bootstrap = new BootstrapStack").replace(
  "app.synth()",
  `new S3AccountPublicAccessBlock(bootstrap, "public-access", { blockPublicAcls: true, ${props} });\napp.synth()`,
)}`;

describeWithAws("what a local AWS lacks", () => {
  let run: Run | undefined;
  afterEach(async () => await run?.clear());

  const failedSteps = (output: string) => output.match(/^✖ .*(?= \[)/gm);

  test("a name that begins with the account leads nowhere: then the key's life is shown to its end, and the report says what is not", async () => {
    run = new Run({ program: withS3Control('accountId: "123456789012"') });

    expect(await run.exitCode()).toBe(0);
    expect(failedSteps(run.output)).toEqual(["✖ the state bucket is closed, and encrypted"]);
    expect(run.output).toMatch(/^✔ no copy of the key: /m);
    expect(run.output).toMatch(/^✔ destroy leaves nothing behind: the state is empty/m);
    expect(run.output).toMatch(
      /^Unproven .*the shared state and the roles, as this local AWS lacks what .*lookup 123456789012\.127\.0\.0\.1: no such host\)$/m,
    );
  });

  test("what fails for another reason fails the rehearsal, after the key's life was shown to its end; here the provider knows no account", async () => {
    run = new Run({ program: withS3Control(""), args: ["--json"] });

    expect(await run.exitCode()).toBe(1);
    const lines: { step?: string; ok: boolean; error?: string }[] = run.output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.at(-2)).toMatchObject({ step: "destroy leaves nothing behind", ok: true });
    expect(lines.at(-1)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^the key's life was shown, but .*\n.*endpoint rule error, AccountId/),
    });
  });

  test("the tags that come with a bucket's creation, as AWS provider 6.23 and newer send them, are dropped", async () => {
    const aws = await emptyAws();
    aws.close();
    const config = { endpoint: aws.endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS, forcePathStyle: true };
    const s3 = new S3Client(config);
    const bucket = new BucketView(aws.endpoint, "us-east-1", "tagged");
    try {
      const Tags = [{ Key: "ManagedBy", Value: "cdktf" }];
      await s3.send(new CreateBucketCommand({ Bucket: "tagged", CreateBucketConfiguration: { Tags } }));

      await expect(s3.send(new GetBucketTaggingCommand({ Bucket: "tagged" }))).rejects.toThrow("The TagSet does not exist");
      expect(await bucket.hasTags()).toBe(false);
    } finally {
      s3.destroy();
      bucket.close();
    }
  });
});
