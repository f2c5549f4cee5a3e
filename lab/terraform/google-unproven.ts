/** What nothing shows where the Google provider can't be had. */
export const UNPROVEN_AT_GOOGLE =
  "that a key at Google is in no state, plan or log; its rotation without a gap; the rights of a deploy and a plan; adoption, and the refused destroy";

/** How to have it shown. */
export const PROOF_AT_GOOGLE =
  "npm run test:e2e -- google shows it in a checkout of cdktf-ai-secret, by the real Google provider from the registry or from a mirror: TF_PROVIDER_MIRROR=FOLDER, which terraform providers mirror FOLDER makes where there is network";
