import { Token } from "cdktf";
import { checkIsList, checkProp, checkUnique } from "../checks";
import { checkKnownProps, type PropsOf } from "../known-props";
import { memberOf } from "../prop-of";
import { refuse } from "../refuse";
import type { GoogleSecretOptions, Reminder } from "./options";

/**
 * Checks the names of props. Google's regional secrets are others than those that this library makes.
 *
 * @throws Error for a prop that nobody reads, and for `region`
 */
export function checkProps(owner: string, props: unknown, known: Parameters<typeof checkKnownProps>[2]): void {
  if (typeof props === "object" && props !== null && "region" in props) {
    refuse(
      `${owner} has no prop region: the Google provider has no write-only argument for regional secrets, so the state would hold the key. ` +
        'Say where the secret is kept by locations, such as ["europe-west3"].',
    );
  }
  checkKnownProps(owner, props, known);
}

/** @throws Error for an id that Google refuses: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create */
export function checkSecretId(prop: string, id: string): void {
  checkProp(prop, Token.isUnresolved(id) || /^[\w-]{1,255}$/.test(id), "have 1 to 255 letters, digits, hyphens and underscores", id);
}

/** @throws Error for what is no project's id: https://cloud.google.com/resource-manager/docs/creating-managing-projects */
export function checkProject(prop: string, project: string): void {
  const valid = Token.isUnresolved(project) || /^([a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project);
  checkProp(prop, valid, "be a project's id, not its name or number, such as acme-ai", project);
}

const LABEL_KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;

const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{1,63}$/u;

/**
 * Checks labels by the rules of https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets, and refuses empty ones,
 * which are usually a variable that was not set.
 *
 * @throws Error naming the label
 */
export function checkLabels(prop: string, labels: Readonly<Record<string, string>>): void {
  checkProp(prop, Object.keys(labels).length <= 64, "be 64 at most", Object.keys(labels).length);
  for (const [key, value] of Object.entries(labels)) {
    const rule = "lower-case letters, digits, hyphens and underscores";
    checkProp(prop, LABEL_KEY.test(key), `have keys of 1 to 63 ${rule} that begin with a letter`, key);
    checkProp(
      `${prop}.${key}`,
      Token.isUnresolved(value) || (typeof value === "string" && LABEL_VALUE.test(value)),
      `have 1 to 63 ${rule}`,
      value,
    );
  }
}

const MEMBER = /^((serviceAccount|user|group):[^\s:@]+@[^\s:@]+\.[^\s:@]+|principal(Set)?:\/\/iam\.googleapis\.com\/\S+)$/;

/**
 * Checks members of a policy, in the form of https://cloud.google.com/iam/docs/principal-identifiers.
 *
 * @throws Error for everybody, for a whole pool of identities, for a malformed member or a duplicate; a token passes
 */
export function checkMembers(prop: string, members: readonly string[]): void {
  checkIsList(prop, members, "members");
  for (const member of members) {
    checkProp(
      prop,
      Token.isUnresolved(member) || (MEMBER.test(member) && !member.endsWith("/*")),
      "hold members such as serviceAccount:app@acme-ai.iam.gserviceaccount.com, user:…, group:…, principal://… or principalSet://…: not everybody, and not everybody in a pool",
      member,
    );
  }
  checkUnique(prop, members, "name each member once");
}

/**
 * Checks a secret to take over.
 *
 * @throws Error for a version, whose import would write the key into state and plan; for a regional secret, and for what is no secret's full name
 */
export function checkAdoption(owner: string, secret: string, secretId: string, project?: string): void {
  const prop = memberOf(owner, "adoptSecret");
  checkProp(prop, !Token.isUnresolved(secret) && !Token.isUnresolved(secretId), "be a literal, as the secret's id must", secret);
  checkProp(
    prop,
    !secret.includes("/versions/"),
    "be the secret, never a version: importing one writes the key into state and plan",
    secret,
  );
  const [, of, id] = secret.match(/^projects\/([^/]+)\/secrets\/([\w-]{1,255})$/) ?? [];
  checkProp(prop, id !== undefined, "be a secret that is not regional, such as projects/acme-ai/secrets/my-key", secret);
  const known = project !== undefined && !Token.isUnresolved(project);
  checkProp(prop, !known || of === project, `be of the stack's own project, by its id: projects/${project}/secrets/…`, secret);
  checkProp(memberOf(owner, "secretId"), id === secretId, `be the id of the adopted secret, ${id}`, secretId);
}

const REMINDER: PropsOf<Reminder> = { everyDays: "number!" };

/** @throws Error for an option that Google would refuse in the middle of a deploy */
export function checkOptions(owner: string, options: GoogleSecretOptions): void {
  const { locations, encryptionKeys, topics = [], remind, recoveryWindowInDays: days = 30 } = options;
  for (const location of locations ?? []) {
    checkProp(
      memberOf(owner, "locations"),
      isToken(location) || /^[a-z]+(-[a-z]+)+\d+$/.test(location),
      "be locations such as europe-west3",
      location,
    );
  }
  checkProp(memberOf(owner, "locations"), locations === undefined || locations.length > 0, "name at least one location", locations);
  checkUnique(memberOf(owner, "locations"), locations ?? [], "name each location once");
  checkEncryptionKeys(memberOf(owner, "encryptionKeys"), encryptionKeys, locations ?? ["global"]);

  for (const topic of topics) {
    checkProp(memberOf(owner, "topics"), isToken(topic) || /^projects\/[^/]+\/topics\/[^/]+$/.test(topic), "be projects/…/topics/…", topic);
  }
  checkProp(memberOf(owner, "topics"), topics.length <= 10, "be 10 at most", topics.length);
  if (remind) {
    checkKnownProps(memberOf(owner, "remind"), remind, REMINDER);
  }
  checkProp(memberOf(owner, "remind"), remind === undefined || topics.length > 0, "come with topics, which get the messages", remind);
  checkProp(
    memberOf(owner, "remind.everyDays"),
    remind === undefined || (Number.isInteger(remind.everyDays) && remind.everyDays >= 1 && remind.everyDays <= 36_500),
    "be a whole number of days from 1 to 36500",
    remind?.everyDays,
  );
  checkProp(
    memberOf(owner, "recoveryWindowInDays"),
    Number.isInteger(days) && days >= 0 && days <= 1_000,
    "be 0 (destroy old versions at once) or a whole number of days from 1 to 1000",
    days,
  );
}

function checkEncryptionKeys(prop: string, keys: readonly string[] | undefined, locations: readonly string[]): void {
  if (keys === undefined) {
    return;
  }
  checkProp(prop, keys.length === locations.length, `be one for each location, in the order of ${JSON.stringify(locations)}`, keys);
  for (const [index, key] of keys.entries()) {
    const [, location] = String(key).match(/^projects\/[^/]+\/locations\/([^/]+)\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/) ?? [];
    const wanted = locations[index];
    checkProp(prop, isToken(key) || location !== undefined, "be projects/…/locations/…/keyRings/…/cryptoKeys/…, without a version", key);
    checkProp(prop, isToken(key) || isToken(wanted) || location === wanted, `be in the secret's location, ${wanted}`, key);
  }
}

function isToken(value: unknown): boolean {
  return Token.isUnresolved(value);
}
