import { Token } from "cdktf";
import { checkRegion } from "../../../lib/checks";
import { viaService } from "../../../lib/region";

test("KMS may name a service by AWS's suffix or by that of the region's partition", () => {
  expect(viaService("s3", "eu-central-1")).toEqual(["s3.eu-central-1.amazonaws.com"]);
  expect(viaService("s3", "us-gov-west-1")).toEqual(["s3.us-gov-west-1.amazonaws.com"]);
  expect(viaService("s3", "cn-north-1")).toEqual(["s3.cn-north-1.amazonaws.com", "s3.cn-north-1.amazonaws.com.cn"]);
  expect(viaService("s3", "eusc-de-east-1")).toEqual(["s3.eusc-de-east-1.amazonaws.com", "s3.eusc-de-east-1.amazonaws.eu"]);
  expect(viaService("s3", Token.asString({ known: "at deploy" }))).toHaveLength(3);
});

test.each(["us-iso-east-1", "us-isob-east-1", "us-isof-south-1", "eu-isoe-west-1"])("fails for the isolated region %s", (region) => {
  expect(() => checkRegion("region", region)).toThrow("region must be in a partition that is not isolated");
});
