/** What the GPU benchmark codes: a file or made-up text, cut as level -1 cuts it. */

export interface Block {
  readonly bytes: Uint8Array;
  readonly lanes: number;
}

export interface Cut {
  readonly blockBytes: number;
  readonly laneBytes: number;
  readonly mostLanes: number;
}

export function cutBlocks(bytes: Uint8Array, { blockBytes, laneBytes, mostLanes }: Cut): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const part = bytes.subarray(at, at + blockBytes);
    blocks.push({ bytes: part, lanes: Math.min(Math.max(Math.ceil(part.length / laneBytes), 1), mostLanes) });
  }
  return blocks;
}

/** Reproducible lines of made-up words, common ones more often. */
export function madeUpText(length: number): Uint8Array {
  let x = 88172645;
  const next = (limit: number): number => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return Math.floor((x / 2 ** 32) * limit);
  };
  const syllables = ['ka', 'lo', 'mi', 'ten', 'ra', 'sol', 'ver', 'un', 'dis', 'por', 'e', 'an', 'thi', 'or'];
  const words = Array.from({ length: 2000 }, () =>
    Array.from({ length: 1 + next(4) }, () => syllables[next(syllables.length)]).join(''),
  );
  const text = new Uint8Array(length);
  const encoder = new TextEncoder();
  for (let at = 0, column = 0; at < length;) {
    const word = words[Math.floor(words.length * (next(10000) / 10000) ** 3)] ?? '';
    column += word.length + 1;
    const written = encoder.encode(column > 72 ? `${word}.\n` : `${word} `).subarray(0, length - at);
    if (column > 72) column = 0;
    text.set(written, at);
    at += written.length;
  }
  return text;
}
