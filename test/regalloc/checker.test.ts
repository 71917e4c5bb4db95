// The checker on small hand-made allocations: one that is right, and every way of spoiling it.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { Allocation, Constraint, MirFunc, MOVE_REMAT, operandInfo, Remat, Role } from "../../src/x64/mir";
import { X64 } from "../../src/x64/op";
import { checkAllocation } from "../../src/x64/regalloc-check";
import { ALLOCATABLE, RegClass, SLOT0 } from "../../src/x64/registers";

const RAX = 0;
const RCX = 1;
const RBX = 3;
const RSP = 4;
const R15 = 15;
const XMM0 = 16;
const S = SLOT0;

type Operand = [vreg: number, role: Role, constraint: Constraint, fixed: number, location: number];
type Move = [position: number, from: number, to: number, bytes: number];

interface Block {
  params?: number[];
  succs: number[];
  instructions: { operands: Operand[]; clobbers?: number; op?: number }[];
}

/** Values: bytes of each, negative for vectors. */
function build(values: number[], blocks: Block[], moves: Move[], slots = 8): [MirFunc, Allocation] {
  const mir = new MirFunc();
  const a = new Allocation();
  for (const bytes of values) mir.buildVreg(bytes < 0 ? RegClass.Vector : RegClass.General, Math.abs(bytes));
  const list = (numbers: number[]): number => {
    const start = mir.lists.length;
    for (const n of numbers) mir.lists.push(n);
    return start;
  };
  blocks.forEach((block, b) => {
    mir.blockStart.push(mir.op.length);
    for (const { operands, clobbers, op } of block.instructions) {
      mir.op.push(op ?? 0);
      mir.opStart.push(mir.operandVreg.length);
      mir.opCount.push(operands.length);
      mir.clobbers.push(clobbers ?? 0);
      for (const [v, role, constraint, fixed, location] of operands) {
        mir.operandVreg.push(v);
        mir.operandInfo.push(operandInfo(role, constraint, fixed));
        a.location.push(location);
      }
    }
    mir.blockEnd.push(mir.op.length);
    mir.succStart.push(list(block.succs));
    mir.succCount.push(block.succs.length);
    const preds = blocks.flatMap((other, p) => other.succs.filter((s) => s == b).map(() => p));
    mir.predStart.push(list(preds));
    mir.predCount.push(preds.length);
    mir.paramStart.push(list(block.params ?? []));
    mir.paramCount.push(block.params?.length ?? 0);
  });
  for (const [position, from, to, bytes] of moves) {
    a.movePosition.push(position);
    a.moveFrom.push(from);
    a.moveTo.push(to);
    a.moveBytes.push(bytes);
  }
  a.slots = slots;
  return [mir, a];
}

function check(values: number[], blocks: Block[], moves: Move[] = [], slots = 8): string {
  const [mir, a] = build(values, blocks, moves, slots);
  return checkAllocation(mir, a);
}

const def = (v: number, at: number): Operand => [v, Role.Def, Constraint.Reg, 0, at];
const use = (v: number, at: number): Operand => [v, Role.Use, Constraint.Reg, 0, at];
const late = (v: number, at: number): Operand => [v, Role.UseLate, Constraint.Reg, 0, at];
const early = (v: number, at: number): Operand => [v, Role.DefEarly, Constraint.Reg, 0, at];
const any = (v: number, at: number): Operand => [v, Role.Use, Constraint.Any, 0, at];
const fixed = (v: number, r: number, at: number): Operand => [v, Role.Use, Constraint.Fixed, r, at];
const reuse = (v: number, k: number, at: number): Operand => [v, Role.Def, Constraint.Reuse, k, at];
const block = (instructions: Operand[][], succs: number[] = [], params: number[] = []): Block => ({
  params,
  succs,
  instructions: instructions.map((operands) => ({ operands })),
});

test("values in registers", () => {
  expect(check([8], [block([[def(0, RAX)], [use(0, RAX)]])])).toBe("");
  expect(check([8], [block([[def(0, RAX)], [use(0, RBX)]])])).toContain("instruction 1 operand 0 (v0): is not in rbx");
  expect(check([8, 8], [block([[def(0, RAX)], [def(1, RAX)], [use(0, RAX)]])])).toContain("is not in rax");
  expect(check([8], [block([[def(0, R15)]])])).toContain("location");
  expect(check([8], [block([[def(0, RSP)]])])).toContain("location");
  expect(check([8], [block([[def(0, XMM0)]])])).toContain("other class");
  expect(check([8], [block([[def(0, S)]])])).toContain("not in a register");
});

test("constraints", () => {
  expect(check([8], [block([[def(0, RCX)], [fixed(0, RCX, RCX)]])])).toBe("");
  expect(check([8], [block([[def(0, RAX)], [fixed(0, RCX, RAX)]])])).toContain("is in rax, not rcx");
  expect(check([8, 8], [block([[def(0, RAX)], [reuse(1, 1, RAX), use(0, RAX)]])])).toBe("");
  expect(check([8, 8], [block([[def(0, RAX)], [reuse(1, 1, RBX), use(0, RAX)]])])).toContain("reuse");
});

test("early and late points", () => {
  expect(check([8, 8], [block([[def(0, RAX)], [def(1, RAX), use(0, RAX)]])])).toBe("");
  expect(check([8, 8], [block([[def(0, RAX)], [def(1, RAX), late(0, RAX)]])])).toContain("shares");
  expect(check([8, 8], [block([[def(0, RAX)], [early(1, RAX), use(0, RAX)]])])).toContain("shares");
  expect(check([8, 8], [block([[def(0, RAX), def(1, RAX)]])])).toContain("shares");
  const clobber = (operands: Operand[], clobbers: number): Block => ({
    succs: [],
    instructions: [{ operands: [def(0, RAX)] }, { operands, clobbers }, { operands: [use(0, RAX)] }],
  });
  expect(check([8, 8], [clobber([], ALLOCATABLE & ~1)])).toBe("");
  expect(check([8, 8], [clobber([], ALLOCATABLE)])).toContain("is not in rax");
  expect(check([8, 8], [clobber([late(0, RAX)], 1)])).toContain("late use in a clobbered");
  expect(check([8, 8], [clobber([def(1, RBX)], 1 << RBX)])).toContain("defined in a clobbered");
});

test("widths", () => {
  const spill = (bytes: number, stored: number, loaded: number, vector = false): string => {
    const r = vector ? XMM0 : RAX;
    const blocks = [block([[def(0, r)], [], [use(0, r)]])];
    return check([vector ? -bytes : bytes], blocks, [
      [1, r, S, stored],
      [4, S, r, loaded],
    ]);
  };
  expect(spill(8, 8, 8)).toBe("");
  expect(spill(4, 4, 4)).toBe("");
  expect(spill(4, 8, 8)).toBe("");
  expect(spill(16, 16, 16, true)).toBe("");
  const lost = (text: string): void => expect(text).toContain("operand");
  // What was stored with fewer bytes is rubbish above: no sign or zero extension can be relied upon.
  const zero = check(
    [4, 8],
    [block([[def(0, RAX)], [def(1, RAX)], [use(0, RAX)]])],
    [
      [1, RAX, S, 4],
      [4, S, RAX, 8],
    ],
  );
  lost(zero);
  for (const [bytes, stored, loaded] of [
    [8, 4, 8],
    [8, 8, 4],
  ]) {
    const blocks = [block([[def(0, RAX)], [def(1, RAX)], [use(0, RAX)]])];
    const moves: Move[] = [
      [1, RAX, S, stored],
      [4, S, RAX, loaded],
    ];
    lost(check([bytes, 8], blocks, moves));
  }
});

test("vectors have pairs of slots", () => {
  const through = (slot: number, other: number): string =>
    check(
      [-16, 8],
      [block([[def(0, XMM0)], [def(1, RAX)], [], [use(0, XMM0)]])],
      [
        [1, XMM0, slot, 16],
        [3, RAX, other, 8],
        [6, slot, XMM0, 16],
      ],
      6,
    );
  expect(through(S, S + 2)).toBe("");
  expect(through(S + 1, S + 4)).toContain("a move goes to");
  expect(through(S + 6, S)).toContain("a move goes to");
  // A narrow store into the second half.
  const blocks = [block([[def(0, XMM0)], [def(1, RAX)], [any(0, S)]])];
  const moves: Move[] = [
    [1, XMM0, S, 16],
    [3, RAX, S + 1, 8],
  ];
  expect(check([-16, 8], blocks, moves.slice(0, 1))).toBe("");
  expect(check([-16, 8], blocks, moves)).toContain("is not in");
});

test("moves", () => {
  const blocks = [
    block([
      [def(0, RAX), def(1, RBX)],
      [use(0, RBX), use(1, RAX)],
    ]),
  ];
  const swap: Move[] = [
    [2, RAX, RBX, 8],
    [2, RBX, RAX, 8],
  ];
  expect(check([8, 8], blocks, swap)).toBe("");
  expect(check([8, 8], blocks, [swap[0], [3, RBX, RAX, 8]])).toContain("is not in");
  expect(check([8, 8], blocks, [swap[0], [2, RAX, RBX, 8]])).toContain("two moves into rbx");
  expect(check([8, 8], blocks, [[3, RAX, RBX, 8], ...swap])).toContain("out of order");
  expect(check([8, 8], blocks, [...swap, [3, RAX, RCX, 8]])).toContain("behind the end");
  expect(check([8, 8], blocks, [[2, RAX, R15, 8]])).toContain("a move goes to 15");
  expect(check([8, 8], blocks, [[2, RAX, RCX, 2]])).toContain("odd width");
  expect(check([8, 8], blocks, [[40, RAX, RCX, 8]])).toContain("outside");
  // Between classes nothing arrives.
  const mixed = [block([[def(0, RAX)], [use(0, RAX)]])];
  const detour: Move[] = [
    [1, RAX, XMM0, 8],
    [2, XMM0, RAX, 8],
  ];
  expect(check([8], mixed, detour)).toContain("is not in");
});

test("constants made again", () => {
  const [mir, a] = build([4, 4], [block([[def(0, RAX), def(1, RBX)], [use(0, RCX)]])], [[2, MOVE_REMAT, RCX, 4]]);
  expect(checkAllocation(mir, a)).toContain("cannot be made again");
  mir.rematKind.set(0, Remat.Const);
  expect(checkAllocation(mir, a)).toBe("");
  a.moveFrom.set(0, MOVE_REMAT + 1);
  mir.rematKind.set(1, Remat.Const);
  expect(checkAllocation(mir, a)).toContain("is not in rcx");
});

test("joins, parameters and loops", () => {
  // Block 0 branches to 1 and 2, which bring v1 and v2 as v3 to block 3.
  const diamond = (right: number, moves: Move[]): string =>
    check(
      [8, 8, 8, 8],
      [
        block([[def(0, RCX)], [use(0, RCX)]], [1, 2]),
        block([[def(1, RAX)], [any(1, RAX)]], [3]),
        block([[def(2, right)], [any(2, right)]], [3]),
        block([[use(3, RAX)], [use(0, RCX)]], [], [3]),
      ],
      moves,
    );
  expect(diamond(RAX, [])).toBe("");
  expect(diamond(RBX, [[10, RBX, RAX, 8]])).toBe("");
  expect(diamond(RBX, [])).toContain("instruction 6 operand 0 (v3): is not in rax");
  expect(diamond(RCX, [[10, RCX, RAX, 8]])).toContain("instruction 7 operand 0 (v0): is not in rcx");
  // A loop whose parameter comes round as v1: the old parameter is stale then.
  const loop = (back: Move[], inside: Operand[][]): string =>
    check(
      [8, 8, 8, 8],
      [
        block([[def(0, RAX)], [any(0, RAX)]], [1]),
        block([...inside, [use(3, RBX)]], [2, 3], [2]),
        block([[any(3, RBX)]], [1]),
        block([[use(3, RBX)]]),
      ],
      back,
    );
  expect(loop([[8, RBX, RAX, 8]], [[def(3, RBX), use(2, RAX)]])).toBe("");
  expect(loop([], [[def(3, RBX), use(2, RAX)]])).toContain("instruction 2 operand 1 (v2): is not in rax");
});

test("a value of an earlier iteration is not the value", () => {
  // v1 is saved in rcx, defined again, and then the saved one is used as if it were the new one.
  const blocks = [
    block([[def(0, RAX)], []], [1]),
    block([[def(1, RBX)], [use(1, RBX)], [use(0, RAX)]], [2, 3]),
    block([[]], [1]),
    block([[use(1, RCX)]]),
  ];
  expect(check([8, 8], blocks, [[5, RBX, RCX, 8]])).toBe("");
  const stale: Block[] = [
    block([[def(0, RAX)], [def(1, RBX)]], [1]),
    block([[def(2, RBX)], [use(2, RBX)], [use(0, RAX)]], [2, 3]),
    block([[]], [1]),
    block([[use(2, RCX)]]),
  ];
  expect(check([8, 8, 8], stale, [[4, RBX, RCX, 8]])).toContain("(v2): is not in rcx");
});

test("an edge with arguments from a block with several successors", () => {
  const blocks = [block([[def(0, RAX)], [use(0, RAX)]], [1, 2]), block([[]], [], [1]), block([[]], [])];
  expect(check([8, 8], blocks)).toContain("critical");
});

test("locations for all operands", () => {
  const [mir, a] = build([8], [block([[def(0, RAX)], [use(0, RAX)]])], []);
  a.location.pop();
  expect(checkAllocation(mir, a)).toContain("missing");
});

test("handlers of exceptions find what is in slots at the call, and nothing else", () => {
  // Block 0 calls; block 1 goes on behind the call, block 2 is the handler. Value 0 is needed in both, 1 is the result.
  const blocks = (handled: Operand, clobbers = ALLOCATABLE): Block[] => [
    {
      instructions: [
        { operands: [def(0, RBX)] },
        { operands: [[1, Role.Def, Constraint.Fixed, RAX, RAX]], clobbers: clobbers & ~(1 << RAX), op: X64.Call },
        { operands: [], op: X64.Unwind },
      ],
      succs: [1, 2],
    },
    block([[any(0, S), use(1, RAX)]]),
    block([[handled]]),
  ];
  const stored: Move = [1, RBX, S, 8];
  expect(check([8, 8], blocks(any(0, S)), [stored])).toBe("");
  // Brought back behind the call: that happens only if it returns.
  const reloaded: Move = [3, S, RCX, 8];
  expect(check([8, 8], blocks(any(0, S)), [stored, reloaded])).toBe("");
  expect(check([8, 8], blocks(any(0, RCX)), [stored, reloaded])).toContain("is not in");
  // Stored behind the call, from a register that the call leaves alone.
  const keeping = ALLOCATABLE & ~(1 << RBX);
  expect(check([8, 8], blocks(any(0, S), keeping), [[3, RBX, S, 8]])).toContain("is not in");
});
