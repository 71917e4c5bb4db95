// What emission of one function shares between its parts: the function and its allocation, the encoder, labels,
// the place in the frame of each slot, and the cold code to come. emit.ts walks the instructions, pseudo.ts and
// pseudo-float.ts expand what has no encoding of its own.

import { I32Column } from "../base/columns";
import { SiteKind } from "../link/info";
import { Code } from "./code";
import { Encoder } from "./encode";
import { ALWAYS, Jumps } from "./jumps";
import { Allocation, MirFunc, Mode } from "./mir";
import { Cond, X64 } from "./op";
import { SLOT0 } from "./registers";

const NO_TRAP: i32 = -1;

export class Emission {
  mir: MirFunc = new MirFunc();
  alloc: Allocation = new Allocation();
  code: Code = new Code();
  encoder: Encoder = new Encoder(new Code());
  jumps: Jumps = new Jumps();
  /** Bytes between the return address and rsp after the prologue. */
  frame: i32 = 0;
  /** Offset from rsp of the first spill slot. */
  private slotsStart: i32 = 0;

  // Cold code: where it starts, where it goes back to, the instruction it belongs to, and the trap that it is
  // (then nothing goes back) or NO_TRAP: the rest of the instruction's expansion.
  private coldLabel: I32Column = new I32Column();
  private coldBack: I32Column = new I32Column();
  private coldInstruction: I32Column = new I32Column();
  private coldTrap: I32Column = new I32Column();

  start(mir: MirFunc, alloc: Allocation, code: Code): void {
    this.mir = mir;
    this.alloc = alloc;
    this.code = code;
    this.encoder.retarget(code);
    this.jumps.reset(code, mir.blockCount);
    this.slotsStart = mir.outgoingResults + mir.localBytes;
    this.frame = this.slotsStart + 8 * alloc.slots;
    this.coldLabel.clear();
    this.coldBack.clear();
    this.coldInstruction.clear();
    this.coldTrap.clear();
  }

  /** Location of operand `k` of instruction `i`. */
  operand(i: i32, k: i32): i32 {
    return this.alloc.location.get(this.mir.opStart.get(i) + k);
  }

  /** The same, which must be a register. */
  register(i: i32, k: i32): i32 {
    const location = this.operand(i, k);
    assert(location >= 0 && location < SLOT0, "emit: register expected");
    return location;
  }

  /** Offset from rsp of a spill slot. */
  slotOffset(location: i32): i32 {
    return this.slotsStart + ((location - SLOT0) << 3);
  }

  /** Makes the memory operand of instruction `i`, whose registers start at operand `k`, the encoder's. */
  setMemory(i: i32, k: i32): void {
    const mir = this.mir;
    const mode = mir.mode.get(i);
    const disp = mir.disp.get(i);
    const encoder = this.encoder;
    switch (mode & 15) {
      case Mode.Abs:
        encoder.setAbsolute(disp);
        return;
      case Mode.Base:
        encoder.setBase(this.register(i, k), disp);
        break;
      case Mode.BaseIndex:
        encoder.setBaseIndex(this.register(i, k), this.register(i, k + 1), (mode >> 4) & 3, disp);
        break;
      case Mode.Index:
        encoder.setIndex(this.register(i, k), (mode >> 4) & 3, disp);
        break;
      case Mode.Pool:
        encoder.setPool(disp);
        return;
      case Mode.Frame:
        encoder.setStack(disp);
        return;
      case Mode.Incoming:
        encoder.setStack(this.frame + 8 + disp);
        return;
      case Mode.Outgoing:
        encoder.setStack(disp - mir.immHi.get(i));
        return;
      case Mode.Local:
        encoder.setStack(mir.outgoingResults + disp);
        return;
      default:
        assert(false, "emit: memory operand expected");
    }
    if ((mode & Mode.Segment) != 0) encoder.setSegment();
  }

  /** Notes the next instruction as one that the trap handler must know. */
  addSite(kind: i32, trap: i32, i: i32): void {
    this.code.addSite(this.code.bytes.length, kind, trap, this.mir.origin.get(i));
  }

  /** Jump to a label; conditions beyond the hardware's are those of float equality. */
  emitJump(cond: i32, label: i32): void {
    const bytes = this.code.bytes;
    if (cond == Cond.FloatNotEqual) {
      this.jumps.emitJump(bytes, Cond.Parity, label);
      this.jumps.emitJump(bytes, Cond.NotEqual, label);
    } else if (cond == Cond.FloatEqual) {
      const skip = this.jumps.buildLabel();
      this.jumps.emitJump(bytes, Cond.Parity, skip);
      this.jumps.emitJump(bytes, Cond.Equal, label);
      this.bind(skip);
    } else this.jumps.emitJump(bytes, cond, label);
  }

  buildLabel(): i32 {
    return this.jumps.buildLabel();
  }

  bind(label: i32): void {
    this.jumps.bind(label, this.code.bytes.length);
  }

  /** Jump to a trap at the end of the function, if `cond` holds. */
  emitTrapIf(cond: i32, trap: i32, i: i32): void {
    this.emitJump(cond, this.trapLabel(trap, i));
  }

  private trapLabel(trap: i32, i: i32): i32 {
    const last = this.coldTrap.length - 1;
    const origin = this.mir.origin.get(i);
    if (last >= 0 && this.coldTrap.get(last) == trap) {
      if (this.mir.origin.get(this.coldInstruction.get(last)) == origin) return this.coldLabel.get(last);
    }
    return this.addCold(i, 0, trap);
  }

  /** Jump to the cold part of instruction `i` if `cond` holds; it comes back to where bindColdReturn is called. */
  emitColdIf(cond: i32, i: i32): void {
    this.emitJump(cond, this.addCold(i, this.buildLabel(), NO_TRAP));
  }

  /** Here the cold part begun last comes back. */
  bindColdReturn(): void {
    this.bind(this.coldBack.top());
  }

  private addCold(i: i32, back: i32, trap: i32): i32 {
    const label = this.buildLabel();
    this.coldLabel.push(label);
    this.coldBack.push(back);
    this.coldInstruction.push(i);
    this.coldTrap.push(trap);
    return label;
  }

  get coldCount(): i32 {
    return this.coldLabel.length;
  }

  /** Binds cold part `k`; emits it if it is a trap, otherwise gives its instruction, or -1. */
  startCold(k: i32): i32 {
    this.bind(this.coldLabel.get(k));
    const i = this.coldInstruction.get(k);
    const trap = this.coldTrap.get(k);
    if (trap == NO_TRAP) return i;
    this.emitTrap(trap, i);
    return -1;
  }

  emitTrap(trap: i32, i: i32): void {
    this.addSite(SiteKind.Trap, trap, i);
    this.encoder.emitTwo(0x0f, 0x0b);
  }

  /** Label that cold part `k` goes back to. */
  coldReturn(k: i32): i32 {
    return this.coldBack.get(k);
  }

  /** End of cold part `k`: back to the instruction's end. */
  emitColdEnd(k: i32): void {
    this.emitJump(ALWAYS, this.coldBack.get(k));
  }

  /** reg ← constant; `flagsFree`: the flags may change. */
  emitConstant(reg: i32, lo: i32, hi: i32, flagsFree: boolean): void {
    if (flagsFree && (lo | hi) == 0) this.encoder.emitRegReg(X64.Xor32, reg, reg, 0);
    else this.encoder.emitConstant(reg, lo, hi);
  }
}
