import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { ArgumentWatch } from "../../../../lab/leak-proof/argument-watch";
import { KeyScanner } from "../../../../lab/leak-proof/key-scanner";

const KEY = ["sk", "proj", "3yJ8vQbT0aWcXrZk6LmN2pUf9HdGs1Ee"].join("-");
const onLinux = existsSync("/proc/self/cmdline") ? test : test.skip; // elsewhere the rehearsal says that it does not check

onLinux("a key in the arguments of any process is found", () => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)", "--", `--token=${KEY}`]);
  const watch = new ArgumentWatch(new KeyScanner({ mine: KEY }));
  try {
    watch.scan();
    expect(watch.findings).toMatchObject([{ key: "mine", place: `the arguments of process ${child.pid}` }]);
    expect(watch.commandLines).toBeGreaterThan(0);
  } finally {
    watch.stop();
    child.kill();
  }
});
