import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT } from "../../support/project";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

const pages = [...readdirSync(ROOT), ...readdirSync(join(ROOT, "docs")).map((file) => join("docs", file))].filter((file) =>
  file.endsWith(".md"),
);

/** The text without blocks of code. */
const prose = (text: string) => text.replaceAll(/^```.*?^```$/gms, "");

/** As GitHub makes them of headings. */
function anchors(page: string): string[] {
  const headings = [...prose(read(page)).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The relative links of a text that lead nowhere. */
function broken(page: string, text: string): string[] {
  const links = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link).filter((link) => !/^https?:/.test(link));
  return links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path ? relative(ROOT, join(ROOT, dirname(page), path)) : page;
    return !existsSync(join(ROOT, target)) || (anchor !== undefined && !anchors(target).includes(anchor));
  });
}

test("a link to a file or a heading that is not there is found", () => {
  const text = "[a](docs/none.md), [b](README.md#nowhere), [c](#nowhere), [d](README.md#deploy), [e](https://example.com/none.md)";
  expect(broken("README.md", text)).toEqual(["docs/none.md", "README.md#nowhere", "#nowhere"]);
});

test.each(pages)("every link of %s leads somewhere", (page) => {
  expect(broken(page, read(page))).toEqual([]);
});
