// Executes machine code over virtual registers, and the same code after allocation over registers and slots:
// an oracle that knows nothing of the checker. Every instruction makes a hash of its inputs; branches go where
// the hash says. Locations are 32-bit words, so that widths matter.

import { Constraint, infoConstraint, infoRole, MirFunc, MOVE_REMAT, Role } from "../../src/x64/mir";
import type { Allocation } from "../../src/x64/mir";
import { MoveSequence, sequentializeMoves } from "../../src/x64/moves";
import { SLOT0 } from "../../src/x64/registers";

type Value = number[];

function mix(a: number, b: number): number {
  let x = Math.imul(a ^ b, 0x9e3779b1);
  x ^= x >>> 15;
  x = Math.imul(x + b, 0x85ebca6b);
  return x ^ (x >>> 13);
}

function rematValue(mir: MirFunc, v: number): Value {
  const words = mir.vregBytes.get(v) >> 2;
  return [mir.rematLo.get(v), mir.rematHi.get(v), 0, 0].slice(0, words);
}

/** The value that operand `k` of instruction `i` defines. */
function result(mir: MirFunc, i: number, k: number, hash: number): Value {
  const v = mir.operandVreg.get(mir.opStart.get(i) + k);
  if (mir.rematKind.get(v) != 0) return rematValue(mir, v);
  const value: Value = [];
  for (let w = 0; w < mir.vregBytes.get(v) >> 2; w++) value.push(mix(mix(hash, k), w));
  return value;
}

function hashInputs(mir: MirFunc, i: number, inputs: Value[]): number {
  let hash = mix(mir.op.get(i), mir.imm.get(i));
  for (const input of inputs) for (const word of input) hash = mix(hash, word);
  return hash;
}

function argumentCount(mir: MirFunc, b: number, i: number): number {
  if (i != mir.blockEnd.get(b) - 1 || mir.succCount.get(b) != 1) return 0;
  return mir.paramCount.get(mir.lists.get(mir.succStart.get(b)));
}

/** The hash of every instruction executed, in order. */
export function traceMir(mir: MirFunc, seed: number, steps: number): number[] {
  const trace: number[] = [];
  const values: Value[] = [];
  let b = 0;
  for (;;) {
    let hash = 0;
    for (let i = mir.blockStart.get(b); i < mir.blockEnd.get(b); i++) {
      if (trace.length == steps) return trace;
      const start = mir.opStart.get(i);
      const count = mir.opCount.get(i) - argumentCount(mir, b, i);
      const inputs: Value[] = [];
      for (let k = 0; k < count; k++) {
        if (infoRole(mir.operandInfo.get(start + k)) < Role.Def) inputs.push(values[mir.operandVreg.get(start + k)]);
      }
      hash = hashInputs(mir, i, inputs) ^ seed;
      trace.push(hash);
      for (let k = 0; k < count; k++) {
        if (infoRole(mir.operandInfo.get(start + k)) >= Role.Def) {
          values[mir.operandVreg.get(start + k)] = result(mir, i, k, hash);
        }
      }
    }
    const n = mir.succCount.get(b);
    if (n == 0) return trace;
    const s = mir.lists.get(mir.succStart.get(b) + ((hash >>> 8) % n));
    const params = mir.paramCount.get(s);
    const last = mir.blockEnd.get(b) - 1;
    const operands = mir.opStart.get(last) + mir.opCount.get(last) - params;
    const moved: Value[] = [];
    for (let k = 0; k < params; k++) moved.push(values[mir.operandVreg.get(operands + k)]);
    for (let k = 0; k < params; k++) values[mir.lists.get(mir.paramStart.get(s) + k)] = moved[k];
    b = s;
  }
}

/** Registers of four words, slots of two. */
class Machine {
  private words: Int32Array;
  private rubbish = 0x1234567;

  constructor(slots: number) {
    this.words = new Int32Array(32 * 4 + slots * 2 + 4);
    for (let k = 0; k < this.words.length; k++) this.words[k] = this.nextRubbish();
  }

  private nextRubbish(): number {
    this.rubbish = mix(this.rubbish, 77);
    return this.rubbish;
  }

  private at(location: number): number {
    return location < SLOT0 ? location * 4 : 32 * 4 + (location - SLOT0) * 2;
  }

  read(location: number, bytes: number): Value {
    const at = this.at(location);
    return Array.from(this.words.subarray(at, at + (bytes >> 2)));
  }

  /** Writes to a register clear what is above. */
  write(location: number, value: Value): void {
    const at = this.at(location);
    if (location < SLOT0) this.words.fill(0, at, at + 4);
    for (let k = 0; k < value.length; k++) this.words[at + k] = value[k];
  }

  spoil(register: number): void {
    for (let k = 0; k < 4; k++) this.words[register * 4 + k] = this.nextRubbish();
  }

  /** Whether a general register has zeros above a value. */
  isExtended(location: number, bytes: number): boolean {
    return location >= 16 || bytes != 4 || this.words[location * 4 + 1] == 0;
  }
}

/** As traceMir, by what the allocation says; ends early when something is out of order. */
export function traceAllocated(mir: MirFunc, a: Allocation, seed: number, steps: number): number[] {
  const trace: number[] = [];
  const machine = new Machine(a.slots);
  const sequence = new MoveSequence();
  const firstMove = new Map<number, number>();
  for (let m = a.movePosition.length - 1; m >= 0; m--) firstMove.set(a.movePosition.get(m), m);
  const applyMoves = (position: number): void => {
    const start = firstMove.get(position);
    if (start == undefined) return;
    let end = start;
    while (end < a.movePosition.length && a.movePosition.get(end) == position) end++;
    sequence.clear();
    sequentializeMoves(mir, a, start, end, sequence);
    for (let k = 0; k < sequence.from.length; k++) {
      const from = sequence.from.get(k);
      const to = sequence.to.get(k);
      const value = from >= MOVE_REMAT ? rematValue(mir, from - MOVE_REMAT) : machine.read(from, sequence.bytes.get(k));
      machine.write(to, value);
    }
    machine.spoil(15);
    machine.spoil(31);
  };
  let b = 0;
  for (;;) {
    let hash = 0;
    for (let i = mir.blockStart.get(b); i < mir.blockEnd.get(b); i++) {
      if (trace.length == steps) return trace;
      applyMoves(i * 2);
      const executed = execute(mir, a, machine, b, i, seed);
      if (executed == null) return trace;
      hash = executed;
      trace.push(hash);
      applyMoves(i * 2 + 1);
    }
    const n = mir.succCount.get(b);
    if (n == 0) return trace;
    b = mir.lists.get(mir.succStart.get(b) + ((hash >>> 8) % n));
  }
}

function execute(mir: MirFunc, a: Allocation, machine: Machine, b: number, i: number, seed: number): number | null {
  const start = mir.opStart.get(i);
  const count = mir.opCount.get(i) - argumentCount(mir, b, i);
  const inputs: Value[] = [];
  let extended = true;
  const role = (k: number): number => infoRole(mir.operandInfo.get(start + k));
  const bytes = (k: number): number => mir.vregBytes.get(mir.operandVreg.get(start + k));
  const location = (k: number): number => a.location.get(start + k);
  for (let k = 0; k < count; k++) {
    if (role(k) == Role.DefEarly && infoConstraint(mir.operandInfo.get(start + k)) != Constraint.Reuse) {
      machine.write(location(k), [0x7e57, 0x7e57, 0x7e57, 0x7e57].slice(0, bytes(k) >> 2));
    }
  }
  for (let k = 0; k < count; k++) {
    if (role(k) >= Role.Def) continue;
    inputs.push(machine.read(location(k), bytes(k)));
    if (location(k) < SLOT0 && !machine.isExtended(location(k), bytes(k))) extended = false;
  }
  if (!extended) return null;
  const hash = hashInputs(mir, i, inputs) ^ seed;
  for (let r = 0; r < 32; r++) if (((mir.clobbers.get(i) >> r) & 1) != 0) machine.spoil(r);
  for (let k = 0; k < count; k++) if (role(k) >= Role.Def) machine.write(location(k), result(mir, i, k, hash));
  // Late uses must have survived the definitions and clobbers, and definitions one another.
  let input = 0;
  for (let k = 0; k < count; k++) {
    const expected = role(k) >= Role.Def ? result(mir, i, k, hash) : inputs[input++];
    if (role(k) == Role.Use) continue;
    if (machine.read(location(k), bytes(k)).join() != expected.join()) return null;
  }
  return hash;
}
