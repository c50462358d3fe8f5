/**
 * The three inputs of the goldens, made by integer rules so that no file has to be kept: text with markup, noise, and records with a
 * counter. `src/node/make-teacher-goldens.ts` makes golden.json anew from the native teacher.
 */
const words =
  'the of [[compression]] and teacher student 1984 in a probability {{cite}} network model\n* is müller'.split(
    ' ',
  );

function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 16;
  };
}

function text(): Uint8Array {
  const next = noise(1);
  const out: string[] = [];
  for (let i = 0; i < 2200; i++) out.push(words[(next() * ((next() % 3) + 1)) % words.length] ?? '');
  return new TextEncoder().encode(out.join(' ')).subarray(0, 12_000);
}

function random(): Uint8Array {
  const next = noise(2);
  return Uint8Array.from({ length: 5000 }, () => next() & 255);
}

function records(): Uint8Array {
  const next = noise(3);
  const bytes = new Uint8Array(8000);
  for (let at = 0; at < bytes.length; at += 16) {
    bytes.set([0x89, 0, at >> 12, at >> 4, 255, next() % 3, 0, 0, next() & 15], at);
  }
  return bytes;
}

export const goldenInputs = { text: text(), random: random(), records: records() };
