// No attempt (attempts.ts) reaches anything: not with the kernel's resolver, not with the walk, and, for what Landlock
// mediates, not even in a build that checks no path and no grant. That each is a real attempt shows the same build without
// the sandbox, in which all of them succeed.

import { afterAll, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { compileInProcess } from "../programs/in-process";
import { makeFolder, removeFolder } from "../programs/wx";
import { GRANTS, prepareAttempts, snapshot, UNMEDIATED } from "./attempts";
import { Errno, Guest } from "./guest";
import { landlockVersion } from "./kernel";
import { ask, type Compile } from "./run";
import { loadVariant } from "./variants";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

interface Round {
  names: string[];
  succeeded: string[];
  /** By attempt: the error number of the call that is to be refused. */
  errors: number[];
  /** Something outside or read-only is not as it was. */
  hasChanged: boolean;
}

/** Makes all attempts in one program. */
function run(name: string, compile: Compile, options: string[]): Round {
  const root = join(folder, name);
  mkdirSync(root);
  const attempts = prepareAttempts(root);
  const before = [snapshot(join(root, "outside")), snapshot(join(root, "fixed"))];
  const guest = new Guest(32, 0x4_0000);
  for (const attempt of attempts) attempt.add(guest);
  const answer = ask(guest, [...GRANTS, ...options], { cwd: root }, compile);
  const after = [snapshot(join(root, "outside")), snapshot(join(root, "fixed"))];
  return {
    names: attempts.map((attempt) => attempt.name),
    succeeded: attempts.filter((attempt) => attempt.hasSucceeded(answer)).map((attempt) => attempt.name),
    errors: attempts.map((attempt) => answer.errors[attempt.call]),
    hasChanged: JSON.stringify(before) != JSON.stringify(after),
  };
}

const walk = await loadVariant("walk");
const naive = await loadVariant("naive");

test("every attempt succeeds where nothing is checked", () => {
  const round = run("naive", naive, ["--sandbox=off"]);
  expect(round.names.filter((name) => !round.succeeded.includes(name))).toEqual([]);
  expect(round.names.length).toBeGreaterThan(150);
  expect(new Set(round.names).size).toBe(round.names.length);
});

test("none succeeds with openat2 or with the walk, which give the same answers", () => {
  const rounds = [
    run("kernel", compileInProcess, ["--sandbox=off"]),
    run("walk", walk, ["--sandbox=off"]),
    run("both", compileInProcess, []),
  ];
  for (const round of rounds) {
    expect(round.succeeded).toEqual([]);
    expect(round.hasChanged).toBe(false);
    expect(round.errors).toEqual(rounds[0].errors);
  }
  const { names, errors } = rounds[0];
  const other = names.filter((_, i) => errors[i] != Errno.Perm).map((name, i) => `${name}: ${errors[i]}`);
  expect(other).toEqual([]);
});

test.skipIf(landlockVersion() < 3)("Landlock alone refuses what it mediates", () => {
  const round = run("landlock", naive, []);
  const kinds = new Map(prepareAttempts(join(folder, "kinds")).map((attempt) => [attempt.name, attempt.kind]));
  const mediated = round.names.filter((name) => !UNMEDIATED.includes(kinds.get(name) as never));
  expect(round.succeeded.filter((name) => mediated.includes(name))).toEqual([]);
  expect(mediated.length).toBeGreaterThan(120);
  // docs/security.md names what it does not: these would reach out if the resolver had a hole.
  expect(round.succeeded.length).toBe(round.names.length - mediated.length);
});
