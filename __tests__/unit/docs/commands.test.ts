import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/project";

/** What a text and the commands after it leave to be desired of somebody who types a page from its beginning. */
function problems(page: string): string[] {
  const found: string[] = [];
  const known = new Set<string>();
  let folder = "";
  const parts = page.split(/^```sh\n(.*?)^```$/ms);
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [text = "", commands = ""] = parts.slice(index, index + 2);
    const section = text.split(/^## /m).at(-1) ?? "";
    for (const [, name = ""] of section.matchAll(/`(?:\w+ )*([A-Z][A-Z_]+)`/g)) {
      known.add(name);
    }
    for (const [, names = ""] of commands.matchAll(/(?:\bfor (?=\w+ in)|\bread -r )([\w ]+?)(?= in |;|$)/gm)) {
      for (const name of names.split(" ")) {
        known.add(name);
      }
    }
    for (const line of commands.split("\n")) {
      for (const [, name = ""] of line.matchAll(/\$\{?([A-Za-z_]\w*)/g)) {
        if (!known.has(name)) {
          found.push(`$${name} is set nowhere: ${line}`);
        }
      }
      if (/\bterraform( \S+)* init\b(?!.* -lockfile=readonly)/.test(line)) {
        found.push(`without -lockfile=readonly it takes any provider: ${line}`);
      }
      for (const [, name = ""] of line.matchAll(/^ *(?:export )?(\w+)=\S+(?: |$)/g)) {
        known.add(name);
      }
    }
    if (folder) {
      found.push(`it begins after ${folder}: ${commands.split("\n")[0]}`);
    }
    folder = commands.match(/^cd .*$/m)?.[0] ?? "";
  }
  return found;
}

const sh = (commands: string) => `\`\`\`sh\n${commands}\n\`\`\`\n`;

test("a variable that nobody sets, and a folder that the next block does not expect, are found", () => {
  expect(problems(sh('aws s3 ls "$BUCKET"'))).toEqual(['$BUCKET is set nowhere: aws s3 ls "$BUCKET"']);
  expect(problems(`${sh("cd stack\nterraform plan")}${sh("npx cdktf synth")}`)).toEqual(["it begins after cd stack: npx cdktf synth"]);
  expect(problems(sh("terraform -chdir=stack init -input=false"))).toEqual([expect.stringMatching(/^without -lockfile=readonly/)]);
  expect(problems(`With the name in \`BUCKET\`:\n${sh('aws s3 ls "$BUCKET"\nfor stack in a b; do echo $stack; done')}`)).toEqual([]);
  expect(problems(`## One\nIn \`KEY\`.\n## Two\n${sh('echo "$KEY"')}`)).toHaveLength(1);
});

const pages = ["README.md", ...readdirSync(join(ROOT, "docs")).map((file) => `docs/${file}`)].filter((file) => file.endsWith(".md"));

test.each(pages)("%s: its commands can be typed one after the other", (page) => {
  expect(problems(readFileSync(join(ROOT, page), "utf8"))).toEqual([]);
});
