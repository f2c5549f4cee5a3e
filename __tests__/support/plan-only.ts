/** What the documentation and the scripts have for a plan, in place of any key. */
export const PLAN_ONLY = "plan-only-0123456789";
