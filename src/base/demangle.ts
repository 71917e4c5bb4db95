// Makes symbol names readable for backtraces: Rust's two manglings and the Itanium C++ one, with the results of
// rustc-demangle and c++filt, which people know from other tools. A name that none of the three explains entirely
// is shown as it is. All three bound how deep they go and how much they write, since names are untrusted input.

import { Char } from "./chars";
import { U8Column } from "./columns";
import { CppDemangler } from "./demangle-cpp";
import { demangleRust } from "./demangle-rust";
import { RustV0Demangler } from "./demangle-v0";

/** Longer symbols are not looked at. */
const LONGEST: i32 = 8192;

const cpp: CppDemangler = new CppDemangler();
const rust: RustV0Demangler = new RustV0Demangler();

/** Appends the readable form of the symbol in `bytes` from `start` to `end`: the symbol itself if it has none. */
export function demangle(bytes: U8Column, start: i32, end: i32, out: U8Column): void {
  const length = out.length;
  if (end - start <= LONGEST && end - start > 3) {
    // Some tools add an underscore in front.
    const first = bytes.get(start) == Char.Underscore && bytes.get(start + 1) == Char.Underscore ? start + 1 : start;
    if (bytes.get(first) == Char.Underscore) {
      const c = bytes.get(first + 1);
      if (c == Char.R && rust.demangle(bytes, first + 2, end, out)) return;
      if (c == Char.Z) {
        if (demangleRust(bytes, first + 2, end, out)) return;
        out.length = length;
        if (cpp.demangle(bytes, first + 2, end, out)) return;
      }
      out.length = length;
    }
  }
  for (let i = start; i < end; i++) {
    const c = bytes.get(i);
    out.push(c < 0x20 || c == 0x7f ? 0x3f : c);
  }
}
