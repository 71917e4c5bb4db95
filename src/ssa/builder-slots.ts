// Locals in the frame instead of in values: for functions in which they would need too many phis. N locals, and N branches
// to one label with a local set between each, make N² operands: compilers do not write such code, but a module made to
// hurt can. The builder notices (LocalBuilder.isTooMuch) and begins again with each local in a slot, read and written where
// the code reads and writes it. Value numbering forwards within blocks what it can, as with memory.

import { I32Column } from "../base/columns";
import { Func, NO_VALUE } from "./func";
import { Op, Type, typeBytes } from "./op";

export class LocalSlots {
  /** Whether the function at hand has its locals in slots. */
  isOn: boolean = false;
  private func: Func = new Func();
  private types: I32Column = new I32Column();
  private offsets: I32Column = new I32Column();

  begin(func: Func, isOn: boolean): void {
    this.isOn = isOn;
    this.func = func;
    this.types.clear();
    this.offsets.clear();
  }

  /** A local of `type`, whose slot gets the value `initial` in the entry block. */
  add(type: i32, initial: i32): void {
    const func = this.func;
    const bytes = typeBytes(type) > 8 ? 16 : 8;
    const offset = (func.slotBytes + bytes - 1) & -bytes;
    func.slotBytes = offset + bytes;
    this.types.push(type);
    this.offsets.push(offset);
    func.append(0, func.buildValue(Op.SlotSet, Type.None, initial, NO_VALUE, NO_VALUE, offset, 0, -1));
  }

  get(x: i32, block: i32, origin: i32): i32 {
    const func = this.func;
    const v = func.buildValue(
      Op.SlotGet,
      this.types.get(x),
      NO_VALUE,
      NO_VALUE,
      NO_VALUE,
      this.offsets.get(x),
      0,
      origin,
    );
    func.append(block, v);
    return v;
  }

  set(x: i32, value: i32, block: i32, origin: i32): void {
    const func = this.func;
    const v = func.buildValue(Op.SlotSet, Type.None, value, NO_VALUE, NO_VALUE, this.offsets.get(x), 0, origin);
    func.append(block, v);
  }
}
