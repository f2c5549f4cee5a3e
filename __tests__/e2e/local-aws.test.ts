import { CreateBucketCommand, GetBucketTaggingCommand, S3Client } from "@aws-sdk/client-s3";
import { Team } from "../../cli/rehearse/life-of-a-team";
import { BucketView } from "../../lab/aws/bucket-view";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { randomKey } from "../../lab/random-key";
import { describeWithAws, emptyAws, type Lab, openLab } from "../support/lab";
import { TEAM_PROGRAM } from "../support/project";

/** The bootstrap with a resource of S3 Control, which AWS provider 5.100 has for the account alone, and 6.23 and newer for a bucket's tags. */
const withS3Control = (props: string) => `
import { S3AccountPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-account-public-access-block";
${TEAM_PROGRAM.replace("new BootstrapStack", "const bootstrap = new BootstrapStack").replace(
  "app.synth()",
  `new S3AccountPublicAccessBlock(bootstrap, "public-access", { blockPublicAcls: true, ${props} });
bootstrap.node.findChild("states").node.tryRemoveChild("expiry"); // the provider waits a minute for it
app.synth()`,
)}`;

describeWithAws("what a local AWS lacks", () => {
  let lab: Lab | undefined;
  afterEach(async () => {
    jest.restoreAllMocks();
    await lab?.close();
  });

  /** The team of a rehearsal, once it could not take the stack over, with what the rehearsal has shown by then. */
  const teamWithout = async (props: string) => {
    lab = await openLab(withS3Control(props));
    const lines: string[] = [];
    jest.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
    await lab.sandbox.apply({ ai_api_key: randomKey() });
    const team = Team.deployInBackground(lab.sandbox, lab.aws, lab.session);
    await team?.takeOver({ ai_api_key: randomKey() });
    await team?.fetchStates();
    return { team, lines };
  };

  test("a name that begins with the account leads nowhere: then the key's life goes on, and the report says what was not shown", async () => {
    const { team, lines } = await teamWithout('accountId: "123456789012"');

    expect(lines).toEqual([expect.stringMatching(/^✖ the state bucket is closed, and encrypted/)]);
    expect(await team?.unproven()).toEqual([
      expect.stringMatching(
        /^the shared state and the roles, as this local AWS lacks what .*lookup 123456789012\.127\.0\.0\.1: no such host\)$/,
      ),
    ]);
  });

  test("what fails for another reason fails the rehearsal, once the key's life was shown; here the provider knows no account", async () => {
    const { team, lines } = await teamWithout("");

    expect(lines).toHaveLength(1);
    await expect(team?.unproven()).rejects.toThrow(/^the key's life was shown, but .*\n.*endpoint rule error, AccountId/);
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
