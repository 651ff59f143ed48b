// The whole state in the part of the address after #: "s1." + base64url(deflate(JSON)).
// What comes in may be anything: its size is bounded before and after it is unpacked, and the state is checked.

import { makeState } from "./state.js";

const PREFIX = "s1.";
/** Named in TypeScript's own description of the browser only since 5.1. */
const { CompressionStream, DecompressionStream } = /** @type {any} */ (globalThis);
const MOST = { packed: 200_000, unpacked: 1_000_000 };

/** @param {unknown} state */
export async function pack(state) {
  const stream = new Blob([JSON.stringify(state)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return PREFIX + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The state in a hash, or null where there is none; throws a readable Error.
 * @param {string} hash */
export async function unpack(hash) {
  const text = hash.replace(/^#/, "");
  if (!text) return null;
  if (!text.startsWith(PREFIX)) throw new Error("the address does not hold a state of this page (it should begin with #s1.)");
  if (text.length > MOST.packed) throw new Error("the state in the address is too large; load the problem from a file");
  let json;
  try {
    const binary = atob(text.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"));
    json = await inflate(new Blob([Uint8Array.from(binary, (c) => c.charCodeAt(0))]));
  } catch (error) {
    throw new Error(`the state in the address is damaged; was the link cut off? (${error instanceof RangeError ? error.message : "it cannot be unpacked"})`);
  }
  let parts;
  try {
    parts = JSON.parse(json);
  } catch {
    throw new Error("the state in the address is damaged; was the link cut off?");
  }
  return makeState(parts);
}

/** @param {Blob} packed */
async function inflate(packed) {
  const reader = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length > MOST.unpacked) {
      await reader.cancel();
      throw new RangeError("it unpacks to more than a megabyte");
    }
  }
}
