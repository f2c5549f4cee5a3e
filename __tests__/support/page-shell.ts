import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { CommandResult } from "../../lab/process/command";
import type { Sandbox } from "../../lab/sandbox/sandbox";
import { blocks } from "./documents";
import { withPrograms } from "./page-commands";

/**
 * Types a page's blocks for the shell, as somebody does who reads it from its beginning: each one begins in the folder, and with the variables,
 * that those before it have left. A block can be typed again, but none before those above it.
 */
export class PageShell {
  private folder = "";
  private readonly variables: Record<string, string> = {};
  private typed = 0;
  private readonly blocks: readonly string[];

  constructor(
    private readonly sandbox: Sandbox,
    private readonly page: string,
  ) {
    this.blocks = blocks(page, "sh");
  }

  /** The blocks that nobody has typed yet. */
  public get left(): readonly string[] {
    return this.blocks.slice(this.typed);
  }

  /**
   * @param text what only this block has
   * @param settings environment variables that the page says to set
   * @param edits what stands for an example on the page, as its own values do for a user
   */
  public async type(text: string, settings: NodeJS.ProcessEnv = {}, edits: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    let commands = withPrograms(this.next(text));
    for (const [example, own] of Object.entries(edits)) {
      if (!commands.includes(example)) {
        throw new Error(`${this.page}: the block with ${text} has no ${example}`);
      }
      commands = commands.replaceAll(example, own);
    }
    const left = mkdtempSync(join(this.sandbox.folder, "typed-"));
    const names = [...commands.matchAll(/^(\w+)=(?:"\$\(.*\)"|\S+)$/gm)].map(([, name = ""]) => name);
    const script = [
      `cd "./${this.folder}"`,
      commands,
      ...names.map((name) => `printf %s "$${name}" > ${join(left, name)}`),
      `pwd > ${join(left, "folder")}`,
    ].join("\n");
    const result = await this.sandbox.shell(script, { ...this.variables, ...settings });

    for (const name of readdirSync(left)) {
      const value = readFileSync(join(left, name), "utf8");
      if (name === "folder") {
        this.folder = relative(this.sandbox.project, value.trim());
      } else {
        this.variables[name] = value;
      }
    }
    return result;
  }

  /** Leaves out a block that another test runs. */
  public skip(text: string): void {
    this.next(text);
  }

  private next(text: string): string {
    const found = this.blocks.flatMap((block, index) => (block.includes(text) ? [index] : []));
    const [index = -1, ...others] = found;
    if (index < 0 || others.length > 0 || index > this.typed) {
      const problem = index > this.typed ? "has blocks before it that nobody has typed" : `is in ${found.length} blocks`;
      throw new Error(`${this.page}: ${text} ${problem}`);
    }
    this.typed = Math.max(this.typed, index + 1);
    return this.blocks[index] ?? "";
  }
}
