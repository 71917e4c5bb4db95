// Builds binary modules for tests, byte by byte, so that wrong ones can be made as well.

/** Unsigned LEB128, padded to `width` bytes if that is given. */
export function leb(value: number, width = 0): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(rest % 128);
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  while (bytes.length < width) bytes.push(0);
  return bytes.map((b, i) => (i < bytes.length - 1 ? b | 0x80 : b));
}

export function vec(items: number[][]): number[] {
  return [...leb(items.length), ...items.flat()];
}

export function name(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [...leb(bytes.length), ...bytes];
}

export function section(id: number, content: number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

export function custom(title: string, content: number[]): number[] {
  return section(0, [...name(title), ...content]);
}

export function body(code: number[], locals: number[][] = []): number[] {
  const content = [...vec(locals), ...code];
  return leb(content.length).concat(content);
}

export function wasm(...sections: number[][]): Uint8Array {
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

export const I32 = 0x7f;
export const END = 0x0b;

/** A module with one function of type [] -> [] and this body. */
export function withBody(code: number[], locals: number[][] = []): Uint8Array {
  return wasm(section(1, vec([[0x60, 0, 0]])), section(3, vec([[0]])), section(10, vec([body(code, locals)])));
}
