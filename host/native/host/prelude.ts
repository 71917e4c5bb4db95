// The native twin of host/js/prelude.ts: everything there is built into AssemblyScript.
export const PRELUDE: i32 = 0;
