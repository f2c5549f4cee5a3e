import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Session } from "../process/session";
import { outputFolderOf } from "../terraform/synthesized-stack";

/** What a copy leaves out: installed and generated files, history, and what may hold a key, such as states and local settings. */
const NOT_COPIED =
  /^(node_modules|cdktf\.out|dist|coverage|\.git|\.terraform|\.env.*|.*\.tfstate.*|.*\.tfvars.*|.*\.tfplan|report\..*\.json|.*\.tgz|.*\.log)$/;

/** A private copy of a project in a temporary folder. It goes with the session, unless it is kept. */
export class ProjectCopy {
  /** Only this user can read it. */
  public readonly folder = mkdtempSync(join(tmpdir(), "ai-key-"));
  public readonly project = join(this.folder, "project");
  public readonly logs = join(this.folder, "logs");
  /** For the children's own temporary files, such as the providers' sockets. */
  public readonly temp = join(this.folder, "tmp");
  public readonly emptyFile = join(this.folder, "empty");
  /** Where cdktf puts all stacks. */
  public readonly output: string;

  private kept = false;

  /** @param root the project's folder, with node_modules */
  constructor(session: Session, root: string) {
    session.defer(() => {
      if (!this.kept) {
        rmSync(this.folder, { recursive: true, force: true });
      }
    });
    const output = outputFolderOf(root);
    this.output = join(this.project, output);

    mkdirSync(this.logs);
    mkdirSync(this.temp);
    writeFileSync(this.emptyFile, "");
    const isLeftOut = (path: string) => NOT_COPIED.test(basename(path)) || path === resolve(root, output);
    cpSync(root, this.project, { recursive: true, filter: (path) => path === root || !isLeftOut(path) });
    symlinkSync(join(root, "node_modules"), join(this.project, "node_modules"), "dir");
  }

  /** Leaves the folder where it is after the session. */
  public keep(): void {
    this.kept = true;
  }
}
