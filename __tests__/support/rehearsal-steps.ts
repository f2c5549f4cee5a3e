/** What a rehearsal shows, in order. With `--keep` it ends here. */
export const STEPS = [
  "tools found",
  "local AWS up",
  "synthesize",
  "deploy",
  "the stored value equals the given key",
  "the attached reader policy names this secret alone",
  "a placeholder is refused",
  "a second deploy changes nothing",
  "a changed key with a new version is stored",
  "the state bucket is closed, and encrypted",
  "the roles' rights",
  "the state moves into the bucket",
  "a lock keeps everyone else out",
  "old states expire",
  "no copy of the key",
] as const;

/** What it shows after that, without `--keep`. */
export const LAST_STEPS = ["destroying by mistake is refused", "destroy leaves nothing behind"] as const;
