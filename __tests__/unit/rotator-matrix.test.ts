import { evaluateRotator, ROTATOR_MATRIX, rotatorPolicies } from "../support/rotator-matrix";

test("each role may do exactly what the table in docs/rotation.md says", () => {
  expect(evaluateRotator(rotatorPolicies())).toBe(ROTATOR_MATRIX);
});

test("without the lists of readers, nothing is denied by them: the table can fail", () => {
  const { identity } = rotatorPolicies();
  expect(evaluateRotator({ identity: { ...identity, plan: [everything()] }, resource: {} })).toMatch(
    /^\| read the admin key +\| NO +\| yes +\|/m,
  );
  expect(evaluateRotator({ ...rotatorPolicies(), identity: { ...identity, plan: [everything()] } })).toMatch(
    /^\| read the admin key +\| NO +\| NO +\|/m,
  );
});

function everything(): object {
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
}
