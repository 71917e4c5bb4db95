// What engines may lack: a feature each, found in a text by what only it has, and a tiny module that tells whether the engine
// of this process can do it. A module that uses what the engine cannot do is compared among wx's own ways to run it.

import { assemble } from "../text/assemble";

export interface Feature {
  name: string;
  uses: RegExp;
  probe: string;
}

export const features: Feature[] = [
  {
    name: "exceptions",
    uses: /\((tag|throw|throw_ref|try_table) |exnref|ref\.null exn/,
    probe:
      "(module (tag $e (param i32)) (func (result i32 exnref) (block $h (result i32 exnref) (try_table (catch_ref $e $h) (throw $e (i32.const 1))) (unreachable))))",
  },
  {
    name: "multi-memory",
    uses: /\(memory [^()]*(\([^()]*\))?[^()]*\)[\s\S]*\(memory /,
    probe: "(module (memory 1) (memory $m 1) (func (result i32) (i32.load $m (i32.const 0))))",
  },
  {
    name: "memory64",
    uses: /\((memory|table) (\$\w+ )?(\([^()]*\) )?i64 /,
    probe:
      "(module (memory i64 1) (table i64 1 funcref) (func (result i32) (i32.load (i64.const 0)) (drop (table.get 0 (i64.const 0)))))",
  },
  {
    name: "function-references",
    uses: /\(ref (null )?\$|call_ref|br_on_n|ref\.as_non_null|ref\.null \$/,
    probe: "(module (type $t (func)) (func (param (ref null $t)) (call_ref $t (ref.as_non_null (local.get 0)))))",
  },
  {
    name: "wide-arithmetic",
    uses: /i64\.(add128|sub128|mul_wide)/,
    probe: "(module (func (result i64 i64) (i64.mul_wide_u (i64.const 1) (i64.const 1))))",
  },
];

export const featuresOf = (text: string): Feature[] => features.filter(({ uses }) => uses.test(text));

const missing = new Set(features.filter(({ probe }) => !WebAssembly.validate(assemble(probe) as BufferSource)));

/** Whether the engine of this process can do all that a module uses. */
export const isForEngine = (text: string): boolean => !featuresOf(text).some((feature) => missing.has(feature));

export const missingFeatures = [...missing].map(({ name }) => name);
