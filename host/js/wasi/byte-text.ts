// Byte strings: one character a byte, which is what wx has of names, arguments and variables.

/** The bytes as they are. */
export function bytesToText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Writes a byte string to the beginning of `bytes`. */
export function putText(bytes: Uint8Array, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
}

/** A text of JavaScript as a byte string, in UTF-8. */
export function toBytes(text: string): string {
  return bytesToText(new TextEncoder().encode(text));
}

export function fromBytes(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(text, (c) => c.charCodeAt(0)));
}
