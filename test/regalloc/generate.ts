// Random machine code before register allocation: control flow of all shapes, and instructions with every
// mixture of constraints that can be satisfied. The same seed gives the same function.

import { Constraint, MirFunc, operandInfo, Remat, Role } from "../../src/x64/mir";
import { ALLOCATABLE, generalArg, RegClass } from "../../src/x64/registers";

/** Small deterministic generator (xorshift). */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) | 1;
    for (let k = 0; k < 4; k++) this.next();
  }

  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x >>> 0;
  }

  below(n: number): number {
    return this.next() % n;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: T[]): T {
    return list[this.below(list.length)];
  }
}

export interface Shape {
  /** Rough number of blocks. */
  blocks: number;
  /** Most instructions of a block. */
  length: number;
  /** Percentages. */
  calls: number;
  vectors: number;
  /** How many recent values uses prefer: small is low pressure. */
  reach: number;
  /** Structured control flow, otherwise any graph. */
  structured: boolean;
  /** Put some blocks at the end of the code. */
  cold: boolean;
  /** Arguments may be wider than the parameters: i32 values whose zero-extension is used elsewhere. */
  wide?: boolean;
}

interface Block {
  succ: number[];
  pred: number[];
  depth: number;
  cold: boolean;
  params: number[];
  instructions: Instruction[];
  idom: number;
}

interface Operand {
  vreg: number;
  role: number;
  constraint: number;
  fixed: number;
}

interface Instruction {
  operands: Operand[];
  clobbers: number;
}

const RAX = 0;
const RCX = 1;
const RDX = 2;

export function generateMir(seed: number, shape: Shape): MirFunc {
  return new Generator(seed, shape).run();
}

class Generator {
  private random: Random;
  private mir = new MirFunc();
  private blocks: Block[] = [];
  /** Values that each block and its dominators define. */
  private defined: number[][] = [];

  constructor(
    private seed: number,
    private shape: Shape,
  ) {
    this.random = new Random(seed);
  }

  run(): MirFunc {
    this.mir.reset(this.seed);
    if (this.shape.structured) this.buildStructured();
    else this.buildGraph();
    this.splitCriticalEdges();
    this.computeDominators();
    this.fillBlocks();
    return this.lay();
  }

  // ---- Control flow ----

  private block(depth: number, cold = false): number {
    this.blocks.push({ succ: [], pred: [], depth, cold, params: [], instructions: [], idom: -1 });
    return this.blocks.length - 1;
  }

  private edge(from: number, to: number): void {
    this.blocks[from].succ.push(to);
    this.blocks[to].pred.push(from);
  }

  private buildStructured(): void {
    let at = this.block(0);
    while (this.blocks.length < this.shape.blocks) at = this.buildRegion(at, 0, 4);
  }

  /** Control flow behind block `at`; returns the block at which it goes on. */
  private buildRegion(at: number, depth: number, nesting: number): number {
    const kind = nesting == 0 || this.blocks.length >= this.shape.blocks ? 3 : this.random.below(4);
    if (kind == 0 || kind == 3) {
      // if and else, or a switch
      const arms = this.random.chance(20) ? 2 + this.random.below(4) : 2;
      const ends: number[] = [];
      for (let k = 0; k < arms; k++) {
        const cold = this.random.chance(25);
        const arm = this.block(depth, cold);
        this.edge(at, arm);
        ends.push(nesting > 0 && this.random.chance(40) ? this.buildRegion(arm, depth, nesting - 1) : arm);
      }
      const join = this.block(depth);
      for (const end of ends) this.edge(end, join);
      return join;
    }
    // loop: header, body, latch; leaves from the header or the latch
    const header = this.block(depth + 1);
    this.edge(at, header);
    let body = header;
    const top = this.random.chance(50);
    if (top) {
      body = this.block(depth + 1);
      this.edge(header, body);
    }
    for (let k = this.random.below(3); k > 0; k--) body = this.buildRegion(body, depth + 1, nesting - 1);
    this.edge(body, header);
    const exit = this.block(depth);
    this.edge(top ? header : body, exit);
    return exit;
  }

  private buildGraph(): void {
    const n = Math.max(2, this.shape.blocks);
    for (let k = 0; k < n; k++) this.block(this.random.below(3), this.random.chance(10));
    for (let k = 1; k < n; k++) this.edge(Math.max(0, k - 1 - this.random.below(4)), k);
    for (let k = this.random.below(n); k > 0; k--) {
      const from = this.random.below(n);
      const to = 1 + this.random.below(n - 1);
      if (this.blocks[from].succ.length < 3) this.edge(from, to);
    }
  }

  /** Every successor of a block with several has no other predecessor, as selection promises for parameters. */
  private splitCriticalEdges(): void {
    const n = this.blocks.length;
    for (let b = 0; b < n; b++) {
      const succ = this.blocks[b].succ;
      if (succ.length < 2) continue;
      for (let k = 0; k < succ.length; k++) {
        const s = succ[k];
        if (this.blocks[s].pred.length < 2) continue;
        const middle = this.block(this.blocks[s].depth, this.random.chance(10));
        succ[k] = middle;
        this.blocks[middle].pred.push(b);
        this.blocks[s].pred[this.blocks[s].pred.indexOf(b)] = middle;
        this.blocks[middle].succ.push(s);
      }
    }
  }

  private computeDominators(): void {
    // Reverse postorder, then Cooper, Harvey and Kennedy.
    const order: number[] = [];
    const seen = new Set<number>([0]);
    const visit = (b: number): void => {
      for (const s of this.blocks[b].succ) {
        if (!seen.has(s)) {
          seen.add(s);
          visit(s);
        }
      }
      order.unshift(b);
    };
    visit(0);
    const rank = new Map<number, number>();
    order.forEach((b, k) => rank.set(b, k));
    const idom = this.blocks.map(() => -1);
    idom[0] = 0;
    for (let changed = true; changed; ) {
      changed = false;
      for (const b of order.slice(1)) {
        let dom = -1;
        for (const p of this.blocks[b].pred) {
          if (idom[p] == -1) continue;
          let x = p;
          if (dom == -1) dom = p;
          while (x != dom) {
            while (rank.get(x)! > rank.get(dom)!) x = idom[x];
            while (rank.get(dom)! > rank.get(x)!) dom = idom[dom];
          }
        }
        if (idom[b] != dom) {
          idom[b] = dom;
          changed = true;
        }
      }
    }
    for (let b = 0; b < this.blocks.length; b++) this.blocks[b].idom = idom[b];
    this.order = order;
  }

  private order: number[] = [];

  // ---- Instructions ----

  private vreg(regClass?: number): number {
    const r = this.random;
    const c = regClass ?? (r.chance(this.shape.vectors) ? RegClass.Vector : RegClass.General);
    const bytes = c == RegClass.General ? r.pick([4, 8]) : r.pick([4, 8, 16, 16]);
    return this.mir.buildVreg(c, bytes);
  }

  private fillBlocks(): void {
    for (const b of this.order) {
      const block = this.blocks[b];
      const known = b == 0 ? [] : [...this.defined[block.idom]];
      this.defined[b] = known;
      const single = block.pred.every((p) => this.blocks[p].succ.length == 1);
      if (b != 0 && single && this.random.chance(70)) {
        const count = this.random.chance(10) ? this.random.below(30) : this.random.below(5);
        for (let k = 0; k < count; k++) block.params.push(this.vreg());
        known.push(...block.params);
      }
      if (b == 0) this.buildEntry(block, known);
      const length = this.random.below(this.shape.length + 1);
      for (let k = 0; k < length; k++) this.buildInstruction(block, known);
    }
    for (const b of this.order) this.buildTerminator(this.blocks[b], this.defined[b]);
  }

  private buildEntry(block: Block, known: number[]): void {
    const operands: Operand[] = [];
    for (let k = this.random.below(6); k >= 0; k--) {
      const v = this.vreg(RegClass.General);
      operands.push({ vreg: v, role: Role.Def, constraint: Constraint.Fixed, fixed: generalArg(k) });
      known.push(v);
    }
    for (let k = this.random.below(4); k >= 0; k--) {
      const v = this.vreg(RegClass.Vector);
      operands.push({ vreg: v, role: Role.Def, constraint: Constraint.Fixed, fixed: 16 + k });
      known.push(v);
    }
    block.instructions.push({ operands, clobbers: 0 });
  }

  /** A known value of a class, more likely a recent one; if there is none, any is made. */
  private value(block: Block, known: number[], regClass: number): number {
    for (let k = 0; k < 12; k++) {
      const recent = this.random.chance(80) ? Math.min(known.length, this.shape.reach) : known.length;
      const v = known[known.length - 1 - this.random.below(recent)];
      if (this.mir.vregClass.get(v) == regClass) return v;
    }
    const v = this.vreg(regClass);
    block.instructions.push({ operands: [this.def(v)], clobbers: 0 });
    known.push(v);
    return v;
  }

  private def(v: number): Operand {
    return { vreg: v, role: Role.Def, constraint: Constraint.Reg, fixed: 0 };
  }

  private use(v: number, constraint: number = Constraint.Reg): Operand {
    return { vreg: v, role: Role.Use, constraint, fixed: 0 };
  }

  private buildInstruction(block: Block, known: number[]): void {
    const r = this.random;
    const c = r.chance(this.shape.vectors) ? RegClass.Vector : RegClass.General;
    const value = (k: number = c): number => this.value(block, known, k);
    const operands: Operand[] = [];
    const made: number[] = [];
    const define = (operand: Operand): void => {
      operands.unshift(operand);
      if (!r.chance(10)) made.push(operand.vreg);
    };
    let clobbers = 0;
    if (r.chance(this.shape.calls)) {
      clobbers = this.buildCall(block, known, operands, made);
    } else {
      switch (r.below(9)) {
        case 0: {
          const v = this.vreg(c);
          this.mir.rematKind.set(v, Remat.Const);
          this.mir.rematLo.set(v, r.next() | 0);
          this.mir.rematHi.set(v, this.mir.vregBytes.get(v) == 4 ? 0 : r.next() | 0);
          define(this.def(v));
          break;
        }
        case 1:
        case 2:
          operands.push(this.use(value()), this.use(value(), r.pick([Constraint.Reg, Constraint.Any])));
          if (r.chance(20)) operands.push(this.use(value(RegClass.General)));
          define({ vreg: this.vreg(c), role: Role.Def, constraint: Constraint.Reuse, fixed: 1 });
          break;
        case 3:
          operands.push(this.use(value()), this.use(value()));
          define(r.chance(20) ? { ...this.def(this.vreg(c)), constraint: Constraint.Any } : this.def(this.vreg(c)));
          break;
        case 4:
          operands.push(this.use(value(), Constraint.Any), this.use(value(), Constraint.Any));
          break;
        case 5:
          operands.push(this.use(value(RegClass.General)));
          operands.push({ vreg: value(RegClass.General), role: Role.Use, constraint: Constraint.Fixed, fixed: RCX });
          define({ vreg: this.vreg(RegClass.General), role: Role.Def, constraint: Constraint.Reuse, fixed: 1 });
          break;
        case 6:
          operands.push({ vreg: value(RegClass.General), role: Role.Use, constraint: Constraint.Fixed, fixed: RAX });
          operands.push({ ...this.use(value(RegClass.General)), role: Role.UseLate });
          if (r.chance(50)) {
            define({
              vreg: this.vreg(RegClass.General),
              role: Role.DefEarly,
              constraint: Constraint.Fixed,
              fixed: RDX,
            });
          } else {
            clobbers = 1 << RDX;
          }
          define({ vreg: this.vreg(RegClass.General), role: Role.Def, constraint: Constraint.Fixed, fixed: RAX });
          break;
        case 7:
          operands.push(this.use(value()), this.use(value(), Constraint.Any));
          for (let k = r.below(3); k >= 0; k--) {
            operands.push({ vreg: this.vreg(), role: Role.DefEarly, constraint: Constraint.Reg, fixed: 0 });
          }
          define(this.def(this.vreg(c)));
          break;
        default:
          clobbers = this.buildMixture(block, known, operands, made);
      }
    }
    block.instructions.push({ operands, clobbers });
    for (const v of made) known.push(v);
  }

  private buildCall(block: Block, known: number[], operands: Operand[], made: number[]): number {
    const r = this.random;
    const uses: Operand[] = [];
    const general = r.below(9);
    for (let k = 0; k < general; k++) {
      const v = this.value(block, known, RegClass.General);
      uses.push({ vreg: v, role: Role.Use, constraint: Constraint.Fixed, fixed: generalArg(k) });
    }
    for (let k = r.below(9) - 1; k >= 0; k--) {
      const v = this.value(block, known, RegClass.Vector);
      uses.push({ vreg: v, role: Role.Use, constraint: Constraint.Fixed, fixed: 16 + k });
    }
    if (r.chance(30)) uses.push(this.use(this.value(block, known, RegClass.General), Constraint.Reg));
    for (let k = r.below(6) - 2; k > 0; k--) {
      uses.push(this.use(this.value(block, known, r.below(2)), Constraint.Any));
    }
    for (let k = r.below(4) - 1; k >= 0; k--) {
      const v = this.vreg(RegClass.General);
      operands.push({ vreg: v, role: Role.Def, constraint: Constraint.Fixed, fixed: generalArg(k) });
      if (!r.chance(20)) made.push(v);
    }
    if (r.chance(30)) {
      const v = this.vreg(RegClass.Vector);
      operands.push({ vreg: v, role: Role.Def, constraint: Constraint.Fixed, fixed: 16 });
      made.push(v);
    }
    operands.push(...uses);
    return ALLOCATABLE;
  }

  /** Any roles and constraints, few enough that registers suffice. */
  private buildMixture(block: Block, known: number[], operands: Operand[], made: number[]): number {
    const r = this.random;
    const fixedEarly = new Map<number, number>();
    const fixedLate = new Set<number>();
    let clobbers = 0;
    const defs: Operand[] = [];
    const uses: Operand[] = [];
    for (let k = r.below(5); k > 0; k--) {
      const c = r.below(2);
      const v = this.value(block, known, c);
      const role = r.chance(70) ? Role.Use : Role.UseLate;
      const operand = {
        vreg: v,
        role,
        constraint: r.pick([Constraint.Reg, Constraint.Any, Constraint.Fixed]),
        fixed: 0,
      };
      if (operand.constraint == Constraint.Fixed) {
        const reg = c * 16 + r.pick([0, 1, 2, 3, 5]);
        const other = fixedEarly.get(reg);
        if (other != undefined && other != v) continue;
        if (role == Role.UseLate && fixedLate.has(reg)) continue;
        fixedEarly.set(reg, v);
        if (role == Role.UseLate) fixedLate.add(reg);
        operand.fixed = reg;
      }
      uses.push(operand);
    }
    for (let k = r.below(4); k > 0; k--) {
      const c = r.below(2);
      const v = this.vreg(c);
      const role = r.chance(70) ? Role.Def : Role.DefEarly;
      const operand = {
        vreg: v,
        role,
        constraint: r.pick([Constraint.Reg, Constraint.Any, Constraint.Fixed]),
        fixed: 0,
      };
      if (operand.constraint == Constraint.Fixed) {
        const reg = c * 16 + r.pick([0, 1, 2, 3, 5]);
        if (fixedLate.has(reg)) continue;
        if (role == Role.DefEarly && fixedEarly.has(reg)) continue;
        fixedLate.add(reg);
        if (role == Role.DefEarly) fixedEarly.set(reg, v);
        operand.fixed = reg;
      }
      defs.push(operand);
      made.push(v);
    }
    for (let k = r.below(4); k > 0; k--) {
      const reg = r.below(31);
      if (((ALLOCATABLE >> reg) & 1) != 0 && !fixedLate.has(reg)) clobbers |= 1 << reg;
    }
    operands.push(...defs, ...uses);
    return clobbers;
  }

  private buildTerminator(block: Block, known: number[]): void {
    const operands: Operand[] = [];
    if (block.succ.length != 1) {
      operands.push(this.use(this.value(block, known, RegClass.General), this.random.pick([0, 0, 1])));
    } else {
      const params = this.blocks[block.succ[0]].params;
      const lists = params.map((p) => this.candidates(block, known, p));
      for (const list of lists) operands.push(this.use(this.random.pick(list), Constraint.Any));
    }
    block.instructions.push({ operands, clobbers: 0 });
  }

  /** Values that fit a parameter; one is made if there is none. */
  private candidates(block: Block, known: number[], p: number): number[] {
    const mir = this.mir;
    const fits = (v: number): boolean => {
      if (mir.vregClass.get(v) != mir.vregClass.get(p)) return false;
      const wider = this.shape.wide == true && mir.vregClass.get(v) == RegClass.General;
      return mir.vregBytes.get(v) == mir.vregBytes.get(p) || (wider && mir.vregBytes.get(v) > mir.vregBytes.get(p));
    };
    const list = known.filter(fits);
    if (list.length == 0) {
      const v = mir.buildVreg(mir.vregClass.get(p), mir.vregBytes.get(p));
      block.instructions.push({ operands: [this.def(v)], clobbers: 0 });
      known.push(v);
      list.push(v);
    }
    return list;
  }

  // ---- Layout ----

  private lay(): MirFunc {
    const mir = this.mir;
    let order = this.shape.structured ? this.order : this.blocks.map((_, k) => k);
    if (this.shape.cold) {
      const isCold = (b: number): boolean => b != 0 && this.blocks[b].cold;
      order = [...order.filter((b) => !isCold(b)), ...order.filter(isCold)];
    }
    const number = new Map<number, number>();
    order.forEach((b, k) => number.set(b, k));
    for (const b of order) {
      const block = this.blocks[b];
      mir.blockStart.push(mir.op.length);
      for (const instruction of block.instructions) this.append(instruction);
      mir.blockEnd.push(mir.op.length);
      const list = (values: number[]): number => {
        const start = mir.lists.length;
        for (const v of values) mir.lists.push(v);
        return start;
      };
      mir.succStart.push(list(block.succ.map((s) => number.get(s)!)));
      mir.succCount.push(block.succ.length);
      mir.predStart.push(list(block.pred.map((p) => number.get(p)!)));
      mir.predCount.push(block.pred.length);
      mir.paramStart.push(list(block.params));
      mir.paramCount.push(block.params.length);
      mir.loopDepth.push(block.depth);
      mir.cold.push(block.cold ? 1 : 0);
      mir.bias.push(128);
    }
    return mir;
  }

  private append(instruction: Instruction): void {
    const mir = this.mir;
    mir.op.push(this.random.below(100));
    mir.opStart.push(mir.operandVreg.length);
    mir.opCount.push(instruction.operands.length);
    mir.mode.push(0);
    mir.disp.push(0);
    mir.imm.push(this.random.next() | 0);
    mir.immHi.push(0);
    mir.origin.push(-1);
    mir.memorySite.push(0);
    mir.clobbers.push(instruction.clobbers);
    for (const operand of instruction.operands) {
      mir.operandVreg.push(operand.vreg);
      mir.operandInfo.push(operandInfo(operand.role, operand.constraint, operand.fixed));
    }
  }
}
