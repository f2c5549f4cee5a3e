/**
 * Where the unit tests expect something else of CDK Terrain than of cdktf: all of it. Everything else holds for both. The file has the text
 * `cdktf` once; on CDK Terrain it reads `terrain` instead.
 */
module.exports = [
  {
    file: "__tests__/version-floors.test.ts",
    cdktf: 'required_providers.aws.version).toBe("6.25.0")',
    terrain: 'required_providers.aws.version).toBe("6.66.0")',
    reason: "newer bindings pin a newer provider, one that does not read the key; the floors replace that pin too",
  },
  {
    file: "__tests__/version-floors.test.ts",
    cdktf: 'source: "aws"',
    terrain: 'source: "hashicorp/aws"',
    reason: "the bindings write the namespace, which Terraform and OpenTofu add to a bare name anyway",
  },
  {
    file: "__tests__/__snapshots__/ai-key-stack.test.ts.snap",
    cdktf: '"source": "aws"',
    terrain: '"source": "hashicorp/aws"',
    reason: "the same, in the whole stack",
  },
];
