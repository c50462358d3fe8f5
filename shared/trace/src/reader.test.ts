import { describe, expect, it } from 'vitest';
import { TraceError, type TraceFrame } from './index.ts';
import { TraceReader } from './reader.ts';
import { chunksOf, syntheticText, syntheticTrace, type SyntheticOptions } from './testing/synthetic-trace.ts';
import { columnRowBytes, type ColumnData } from './schema.ts';

const text = syntheticText(700);

async function streamOf(options: SyntheticOptions = {}): Promise<Uint8Array> {
  const { parts } = await syntheticTrace(text, options);
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

async function readAll(bytes: Uint8Array): Promise<{ reader: TraceReader; frames: TraceFrame[] }> {
  const reader = await TraceReader.open(chunksOf([bytes]));
  const frames: TraceFrame[] = [];
  for await (const frame of reader.frames()) frames.push(frame);
  return { reader, frames };
}

async function codeOf(bytes: Uint8Array): Promise<string> {
  try {
    await readAll(bytes);
    return 'accepted';
  } catch (error) {
    if (error instanceof TraceError) return error.code;
    throw error;
  }
}

/** `bytes` with the header's JSON replaced, and its length and checksum made right again. */
async function withHeader(change: (header: Record<string, unknown>) => void): Promise<Uint8Array> {
  const { crc32 } = await import('node:zlib');
  const bytes = await streamOf({ profile: 'target' });
  const length = new DataView(bytes.buffer).getUint32(12, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(16, 16 + length))) as Record<
    string,
    unknown
  >;
  change(header);
  const json = Buffer.from(JSON.stringify(header));
  const sizes = Buffer.alloc(4);
  sizes.writeUInt32LE(json.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(json));
  return Buffer.concat([bytes.subarray(0, 12), sizes, json, sum, bytes.subarray(20 + length)]);
}

describe('TraceReader', () => {
  it('gives header, rows and end of what the writer wrote, for every profile', async () => {
    for (const profile of ['full', 'compact', 'target'] as const) {
      const { reader, frames } = await readAll(await streamOf({ profile, rowsPerFrame: 64 }));
      expect(reader.header.profile).toBe(profile);
      expect(frames.map((frame) => frame.firstRow)).toEqual([
        0, 64, 128, 192, 256, 320, 384, 448, 512, 576, 640,
      ]);
      expect(reader.end?.rows).toBe(700);
      expect(reader.end?.archiveBytes).toBeGreaterThan(0);
      const symbols = reader.header.columns.findIndex((column) => column.name === 'target_symbol');
      expect(Buffer.concat(frames.map((frame) => frame.columns[symbols] as Uint8Array))).toEqual(
        Buffer.from(text),
      );
    }
  });

  it('does not care how the stream is cut into chunks', async () => {
    const bytes = await streamOf({ range: [100, 260], stride: 3 });
    const crumbs: Uint8Array[] = [];
    for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7) % 1009)
      crumbs.push(bytes.subarray(at, at + size));
    const reader = await TraceReader.open(new Blob(crumbs as BlobPart[]).stream());
    let rows = 0;
    for await (const frame of reader.frames()) rows += frame.rows;
    expect(rows).toBe(54);
    const viaCrumbs = await TraceReader.open(chunksOf(crumbs));
    for await (const frame of viaCrumbs.frames()) expect(frame.rows).toBe(54);
  });

  it('calls every proper prefix truncated, whatever part it ends in', async () => {
    const bytes = await streamOf({ profile: 'target', range: [0, 40], rowsPerFrame: 16 });
    const header = 20 + new DataView(bytes.buffer).getUint32(12, true);
    for (const size of [
      8,
      11,
      15,
      16,
      header - 3,
      header,
      header + 2,
      header + 9,
      header + 500,
      bytes.length - 22,
      bytes.length - 5,
      bytes.length - 1,
    ]) {
      expect(await codeOf(bytes.subarray(0, size)), `${size} of ${bytes.length} bytes`).toBe(
        'UST_TRACE_TRUNCATED',
      );
    }
    await expect(readAll(bytes.subarray(0, header))).rejects.toThrow(
      /the first frame at byte \d+ needs 4 bytes, 0 are there/,
    );
  });

  it('notices any altered byte', async () => {
    const bytes = await streamOf({ profile: 'target', range: [0, 20] });
    for (let at = 0; at < bytes.length; at += 97) {
      const altered = bytes.slice();
      altered[at] = (altered[at] ?? 0) ^ 0x20;
      expect(await codeOf(altered), `byte ${at}`).toMatch(/^UST_TRACE_/);
    }
  });

  it('names the kind of damage', async () => {
    const bytes = await streamOf({ profile: 'target', range: [0, 20] });
    const header = 20 + new DataView(bytes.buffer).getUint32(12, true);
    const altered = (at: number, value: number): Uint8Array => bytes.slice().fill(value, at, at + 1);
    expect(await codeOf(new TextEncoder().encode('just a text'))).toBe('UST_TRACE_MAGIC');
    expect(await codeOf(new Uint8Array(0))).toBe('UST_TRACE_MAGIC');
    expect(await codeOf(altered(8, 2))).toBe('UST_TRACE_VERSION');
    expect(await codeOf(altered(15, 255))).toBe('UST_TRACE_FRAME');
    expect(await codeOf(altered(40, 0))).toBe('UST_TRACE_CHECKSUM');
    expect(await codeOf(altered(header, 0))).toBe('UST_TRACE_FRAME');
    expect(await codeOf(altered(header + 8, 1))).toBe('UST_TRACE_FRAME');
    expect(await codeOf(altered(header + 300, 255))).toBe('UST_TRACE_CHECKSUM');
    expect(await codeOf(altered(bytes.length - 20, 21))).toBe('UST_TRACE_CHECKSUM');
    expect(await codeOf(Buffer.concat([bytes, Buffer.from([0])]))).toBe('UST_TRACE_FRAME');
  });

  it('refuses headers that are incomplete, contradictory or of another schema', async () => {
    expect(await codeOf(await withHeader(() => undefined))).toBe('accepted');
    expect(await codeOf(await withHeader((header) => (header['schema'] = 2)))).toBe('UST_TRACE_VERSION');
    for (const change of [
      (header: Record<string, unknown>) => delete header['teacher'],
      (header: Record<string, unknown>) => (header['profile'] = 'huge'),
      (header: Record<string, unknown>) => (header['range'] = [0, 701]),
      (header: Record<string, unknown>) => (header['range'] = [5, 2]),
      (header: Record<string, unknown>) => (header['stride'] = 0),
      (header: Record<string, unknown>) => (header['columns'] as unknown[]).pop(),
      (header: Record<string, unknown>) =>
        (header['columns'] as unknown[]).push({ name: 'position', type: 'u64', length: 1 }),
      (header: Record<string, unknown>) =>
        (header['columns'] = [{ name: 'position', type: 'f64', length: 1 }]),
    ]) {
      expect(await codeOf(await withHeader(change)), change.toString()).toBe('UST_TRACE_HEADER');
    }
  });

  it('refuses rows that are missing or too many for the range', async () => {
    expect(await codeOf(await withHeader((header) => (header['range'] = [0, 699])))).toBe('UST_TRACE_ROWS');
    const { parts } = await syntheticTrace(text, { profile: 'target' });
    expect(await codeOf(Buffer.concat(parts.filter((_, index) => index !== parts.length - 2)))).toBe(
      'UST_TRACE_ROWS',
    );
  });

  it('refuses values that are no probabilities, sums that are not 1, and positions out of order', async () => {
    const spoil =
      (name: string, value: number | bigint, at = 5) =>
      (columns: Map<string, ColumnData>, firstRow: number) => {
        const data = columns.get(name);
        if (firstRow === 100 && data) data[at] = value;
      };
    const cases: [string, number | bigint, number?][] = [
      ['final_prob', NaN],
      ['final_prob', -0.01],
      ['order3_prob', 1.5],
      ['icm_path', NaN],
      ['isse_path', Infinity],
      ['mixer_weights', NaN],
      ['final_prob', 0.5],
      ['position', 7n],
    ];
    for (const [name, value, at] of cases) {
      const message = await readAll(await streamOf({ spoil: spoil(name, value, at) })).then(
        () => 'accepted',
        (error: unknown) => (error instanceof TraceError ? `${error.code} ${error.message}` : String(error)),
      );
      expect(message, `${name} = ${value}`).toMatch(
        new RegExp(`^UST_TRACE_VALUES trace row 10[05], column ${name}: `),
      );
    }
    const zeroPath = (columns: Map<string, ColumnData>): void =>
      void columns.get('final_path')?.fill(0 as never, 2, 4);
    expect(await codeOf(await streamOf({ spoil: zeroPath }))).toBe('UST_TRACE_VALUES');
  });

  it('tells the producer when it is left early', async () => {
    const { parts } = await syntheticTrace(text, { profile: 'target', rowsPerFrame: 10 });
    let stopped = false;
    async function* producer(): AsyncGenerator<Uint8Array> {
      try {
        yield* chunksOf(parts);
      } finally {
        stopped = true;
      }
    }
    const reader = await TraceReader.open(producer());
    for await (const frame of reader.frames()) if (frame.firstRow >= 20) break;
    expect(stopped).toBe(true);
  });
});

describe('columnRowBytes', () => {
  it('agrees with the payload sizes of the stream', async () => {
    const { reader, frames } = await readAll(await streamOf());
    reader.header.columns.forEach((column, index) => {
      expect(frames[0]?.columns[index]?.byteLength).toBe(100 * columnRowBytes(column));
    });
  });
});
