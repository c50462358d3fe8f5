/**
 * A long file of known bytes: noise, zeros, long repeats and made-up text in turns, at no round places. Written piece by piece,
 * so that whoever makes it needs no memory either.
 */
import { createCipheriv, createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

export interface GeneratedFile {
  bytes: number;
  sha256: string;
}

const pieceBytes = 1 << 20;
/** Shares of noise, zeros and repeats in what is left beside the text. */
const shares = { noise: 0.55, zeros: 0.35 } as const;
/** Each kind comes so many times. */
const turns = 4;

/** The same bytes for the same numbers. */
export async function writeGenerated(path: string, bytes: number, textBytes: number): Promise<GeneratedFile> {
  const file = await open(path, 'wx');
  const digest = createHash('sha256');
  let written = 0;
  const put = async (piece: Buffer): Promise<void> => {
    digest.update(piece);
    for (let done = 0; done < piece.length;) done += (await file.write(piece, done)).bytesWritten;
    written += piece.length;
  };
  const fill = async (length: number, piece: (length: number) => Buffer): Promise<void> => {
    for (let left = length; left > 0; left -= pieceBytes) await put(piece(Math.min(left, pieceBytes)));
  };
  const noise = noiseMaker();
  const words = textMaker();
  const repeated = noise(300_007);
  let at = 0;
  const repeats = (length: number): Buffer => {
    const piece = Buffer.alloc(length);
    for (let done = 0; done < length; at = (at + 1) % repeated.length) piece[done++] = repeated[at] as number;
    return piece;
  };
  try {
    const rest = (bytes - textBytes) / turns;
    for (let turn = 0; turn < turns; turn++) {
      await fill(Math.floor(rest * shares.noise) - turn, noise);
      await fill(Math.floor(textBytes / turns), words);
      await fill(Math.floor(rest * shares.zeros), (length) => Buffer.alloc(length));
      await fill(Math.floor(rest * (1 - shares.noise - shares.zeros)), repeats);
    }
    await fill(bytes - written, noise);
  } finally {
    await file.close();
  }
  return { bytes: written, sha256: digest.digest('hex') };
}

/** A key stream: noise to every compressor, and quick to make. */
function noiseMaker(): (length: number) => Buffer {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16, 2));
  return (length) => cipher.update(Buffer.alloc(length));
}

/** Sentences of made-up words, common ones more often; no long repeats. */
function textMaker(): (length: number) => Buffer {
  let state = 88172645;
  const next = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const syllables = ['ka', 'lo', 'mi', 'ten', 'ra', 'sol', 'ver', 'un', 'dis', 'por', 'e', 'an', 'thi', 'or'];
  const words = Array.from({ length: 2000 }, () =>
    Array.from({ length: 1 + next(4) }, () => syllables[next(syllables.length)]).join(''),
  );
  return (length) => {
    const piece = Buffer.alloc(length, ' ');
    for (let at = 0, column = 0; at < length;) {
      const word = words[Math.floor(words.length * (next(10_000) / 10_000) ** 3)] ?? '';
      column += word.length + 1;
      const isEnd = column > 72;
      at += piece.write(isEnd ? `${word}.\n` : `${word} `, at, 'latin1');
      if (isEnd) column = 0;
    }
    return piece;
  };
}
