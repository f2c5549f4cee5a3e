import { Token } from "cdktf";
import { checkProp } from "./check-prop";

/** @throws Error for what can't be the name of an AWS region: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
export function checkRegion(prop: string, region: string): void {
  checkProp(prop, Token.isUnresolved(region) || /^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region), "be an AWS region such as eu-central-1", region);
}
