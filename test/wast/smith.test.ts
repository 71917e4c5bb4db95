// Modules made at random: wx at both levels, its interpreter and wasmtime agree. npm run smith has thousands.

import { afterAll, expect, test } from "bun:test";
import { canSmith, smith } from "../../tools/smith";
import { makeFolder, removeFolder } from "../programs/wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

test.skipIf(!canSmith)(
  "random modules",
  () => {
    const { modules, results, traps, faults } = smith(folder, 30, 5000, () => {});
    expect(faults).toEqual([]);
    expect(modules).toBeGreaterThan(25);
    expect(results).toBeGreaterThan(100);
    expect(traps).toBeGreaterThan(50);
  },
  300_000,
);
