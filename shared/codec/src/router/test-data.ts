/** Reproducible bytes of many kinds for the router's tests: what real files of that kind look like, without the files. */

/** A generator of whole numbers 0 … `below` - 1 (xorshift32). */
export function generator(seed: number): (below: number) => number {
  let x = (Math.imul(seed, 0x9e3779b1) | 0) ^ 0x5bd1e995;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return Math.floor(((x >>> 0) / 2 ** 32) * below);
  };
}

export function random(bytes: number, seed = 1): Uint8Array {
  const next = generator(seed);
  return Uint8Array.from({ length: bytes }, () => next(256));
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const syllables = 'ba con de er fi gra ho in jo ka lo men ne on pre qua ri st tion u ver wo xi y za'.split(
  ' ',
);

/** Words with a skewed distribution, in sentences and paragraphs. */
export function prose(
  bytes: number,
  seed = 1,
  letters: (text: string) => string = (text) => text,
): Uint8Array {
  const next = generator(seed);
  const words = Array.from({ length: 2000 }, () =>
    letters(Array.from({ length: 1 + next(3) }, () => syllables[next(syllables.length)]).join('')),
  );
  const lines: string[] = [];
  let size = 0;
  while (size < bytes) {
    const sentence = Array.from({ length: 5 + next(15) }, () => words[Math.floor(next(45) ** 2 % 2000)]);
    const line = `${sentence.join(' ')}${next(6) === 0 ? '.\n\n' : '. '}`;
    lines.push(line);
    size += line.length;
  }
  return new TextEncoder().encode(lines.join('')).subarray(0, bytes);
}

/** Rows of named fields. */
export function json(bytes: number, seed = 1): Uint8Array {
  const next = generator(seed);
  const rows: string[] = [];
  let size = 0;
  while (size < bytes) {
    const row = `{"id":${next(1e6)},"name":"${syllables[next(26)]}${syllables[next(26)]}","score":${next(1000) / 10},"tags":["a","b"]},\n`;
    rows.push(row);
    size += row.length;
  }
  return new TextEncoder().encode(rows.join('')).subarray(0, bytes);
}

export function log(bytes: number, seed = 1): Uint8Array {
  const next = generator(seed);
  let time = 1_700_000_000_000;
  const rows: string[] = [];
  let size = 0;
  while (size < bytes) {
    time += next(5000);
    const row = `${new Date(time).toISOString()} INFO [worker-${next(8)}] GET /api/${syllables[next(26)]}/${next(5000)} 200 ${next(90000)}us\n`;
    rows.push(row);
    size += row.length;
  }
  return new TextEncoder().encode(rows.join('')).subarray(0, bytes);
}

export function base64(bytes: number, seed = 1): Uint8Array {
  return new TextEncoder()
    .encode(Buffer.from(random(Math.ceil((bytes * 3) / 4), seed)).toString('base64'))
    .subarray(0, bytes);
}

/** A table of fixed-width rows: a counter, a category, a time, a float, a name of fixed width, noise in the rest. */
export function table(rows: number, width: number, seed = 1): Uint8Array {
  const next = generator(seed);
  const bytes = new Uint8Array(rows * width);
  const view = new DataView(bytes.buffer);
  let time = 1_700_000_000;
  for (let row = 0; row < rows; row++) {
    const at = row * width;
    view.setUint32(at, row, true);
    view.setUint16(at + 4, next(12), true);
    time += next(600);
    view.setUint32(at + 6, time, true);
    view.setFloat32(at + 10, next(100000) / 700, true);
    view.setFloat64(at + 14, 20 + next(1000) / 3, true);
    for (let i = 22; i < width; i++) bytes[at + i] = i % 16 < 10 ? 97 + next(20) : 0;
  }
  return bytes;
}

/** Little-endian 16-bit samples: tones that come and go, and noise. */
export function audio(samples: number, channels: number, seed = 1): Uint8Array {
  const next = generator(seed);
  const bytes = new Uint8Array(samples * channels * 2);
  const view = new DataView(bytes.buffer);
  let [slow, fast, phase, loudness] = [0.02, 0.11, 0, 1];
  for (let i = 0; i < samples; i++) {
    slow = Math.max(0.005, slow + (next(101) - 50) / 2e5);
    fast = Math.max(0.05, fast + (next(101) - 50) / 1e5);
    phase += slow;
    loudness = Math.min(Math.max(loudness + (next(101) - 50) / 5000, 0.2), 1.4);
    for (let channel = 0; channel < channels; channel++) {
      const tone = 6000 * Math.sin(phase + channel) + 2000 * Math.sin(i * fast);
      view.setInt16((i * channels + channel) * 2, Math.round(tone * loudness) + next(400) - 200, true);
    }
  }
  return bytes;
}

/**
 * A picture of discs with sharp edges over a slope, with noise and columns of unequal gain, as of a camera; `depth` bytes a sample (2: little-endian, 12 bits), `channels`
 * samples a pixel.
 */
export function picture(width: number, height: number, depth: 1 | 2, channels: number, seed = 1): Uint8Array {
  const next = generator(seed);
  const bytes = new Uint8Array(width * height * depth * channels);
  const discs = Array.from(
    { length: 40 },
    () => [next(width), next(height), 5 + next(60), next(120)] as const,
  );
  const gains = Array.from({ length: width }, () => next(7) - 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let light = 40 + (60 * y) / height;
      for (const [cx, cy, radius, power] of discs) {
        if ((x - cx) ** 2 + (y - cy) ** 2 < radius ** 2) light = 30 + power;
      }
      for (let channel = 0; channel < channels; channel++) {
        const value = Math.max(0, Math.round(light * (1 - channel / 5)) + (gains[x] ?? 0) + next(3));
        if (depth === 1) bytes[at++] = Math.min(value, 255);
        else {
          const wide = value * 12 + next(12);
          bytes[at++] = wide & 255;
          bytes[at++] = wide >> 8;
        }
      }
    }
  }
  return bytes;
}

/** Each byte widened to `width` bytes, little-endian: UTF-16 or UTF-32 of ASCII. */
export function widened(bytes: Uint8Array, width: number): Uint8Array {
  const wide = new Uint8Array(bytes.length * width);
  bytes.forEach((byte, i) => (wide[i * width] = byte));
  return wide;
}
