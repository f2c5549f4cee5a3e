// @ts-check

/**
 * The JSON object in what Terraform printed; empty when there is none, as in `state pull` before the first deploy.
 *
 * There may be text around it: OpenTofu from 1.12 on prints warnings about its configuration to the same output before it
 * (`internal/command/views/view.go`), Terraform 1.15.0 and 1.15.1 print warnings after it (`internal/command/output.go`).
 *
 * @param {string} printed
 * @returns {string}
 */
function printedJson(printed) {
  const [json = ""] = printed.match(/^\{(.*\}|[\s\S]*?^\})$/m) ?? []; // on one line, or indented: then nothing but its end is a } alone
  return json;
}

module.exports = { printedJson };
