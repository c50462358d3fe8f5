/**
 * For tests only: a trace stream as a stranger would write it, from docs/TRACE.md alone. It shares no code with `shared/trace`, so what
 * the document says and what the reader takes are held to each other. Its compressor knows byte frequencies and codes bit by bit.
 */
import { crc32 } from 'node:zlib';

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** Profile `compact` with one component, all of `text`, `rowsPerFrame` rows a frame; and the archive's code. */
export function strangersTrace(text: Uint8Array, rowsPerFrame: number): { stream: Buffer; code: Buffer } {
  const column = (name: string, type: string, length: number): object => ({ name, type, length });
  const columns = [
    column('target_symbol', 'u8', 1),
    column('final_prob', 'f32', 256),
    column('order2_prob', 'f32', 256),
    column('order1_prob', 'f32', 256),
    column('order0_prob', 'f32', 256),
    column('final_path', 'bytes', 16),
    column('mixer_weights', 'f32', 8),
    column('context', 'bytes', 32),
    column('context_hash', 'u64', 1),
    column('position', 'u64', 1),
    column('coder_range', 'u32', 1),
    column('coder_low', 'u32', 1),
  ];
  const header = Buffer.from(
    JSON.stringify({
      schema: 1,
      teacher: { name: 'stranger', version: '0.1', options: {} },
      profile: 'compact',
      range: [0, text.length],
      warmUp: 0,
      stride: 1,
      components: ['frequencies'],
      source: { name: 'stränger.txt', bytes: text.length },
      columns,
    }),
  );
  const out: Buffer[] = [
    Buffer.from([0x89, 0x55, 0x54, 0x52, 0x0d, 0x0a, 0x1a, 0x0a]),
    u32(1),
    u32(header.length),
    header,
    u32(crc32(header)),
  ];
  const counts = new Array<number>(256).fill(1);
  const code: number[] = [];
  let low = 0;
  let high = 0xffffffff;
  for (let from = 0; from < text.length; from += rowsPerFrame) {
    const rows = Math.min(rowsPerFrame, text.length - from);
    const values: Buffer[][] = columns.map(() => []);
    for (let n = from; n < from + rows; n++) {
      const symbol = text[n] ?? 0;
      const total = counts.reduce((sum, count) => sum + count, 0);
      const even = Buffer.from(new Float32Array(256).fill(1 / 256).buffer);
      const path = Buffer.alloc(16);
      const before: [number, number] = [high - low, low];
      const product = new Float32Array(256).fill(1);
      for (let node = 1; node < 256; node++) {
        const depth = 31 - Math.clz32(node);
        const width = 256 >> depth;
        const first = (node << (8 - depth)) & 255;
        const part = (begin: number, end: number): number =>
          counts.slice(begin, end).reduce((sum, count) => sum + count, 0);
        const ones = part(first + width / 2, first + width);
        const p = Math.min(65535, Math.max(1, Math.round((65536 * ones) / part(first, first + width))));
        for (let s = first; s < first + width; s++)
          product[s]! *= (s < first + width / 2 ? 65536 - p : p) / 65536;
        if ((symbol | 256) >> (8 - depth) !== node) continue;
        path.writeUInt16LE(p, 2 * depth);
        const middle = low + Math.floor(((high - low) * p) / 65536);
        if ((symbol >> (7 - depth)) & 1) high = middle;
        else low = middle + 1;
        while (low >>> 24 === high >>> 24) {
          code.push(high >>> 24);
          low = (low << 8) >>> 0;
          high = ((high << 8) | 255) >>> 0;
        }
      }
      const context = Buffer.alloc(32);
      for (let back = 1; back <= Math.min(32, n); back++) context[32 - back] = text[n - back] ?? 0;
      const row = [
        Buffer.from([symbol]),
        Buffer.from(product.buffer),
        even,
        even,
        Buffer.from(Float32Array.from(counts, (count) => count / total).buffer),
        path,
        Buffer.from(new Float32Array(8).fill(1 / 8).buffer),
        context,
        u64(n * 7),
        u64(n),
        u32(before[0]),
        u32(before[1]),
      ];
      row.forEach((value, at) => values[at]?.push(value));
      counts[symbol]! += 1;
    }
    const payload = Buffer.concat(values.flat());
    out.push(Buffer.from('ROWS'), u32(rows), u32(payload.length), payload, u32(crc32(payload)));
  }
  for (const shift of [24, 16, 8, 0]) code.push((low >>> shift) & 255);
  const end = Buffer.concat([u64(text.length), u64(0)]);
  out.push(Buffer.from('END.'), end, u32(crc32(end)));
  return { stream: Buffer.concat(out), code: Buffer.from(code) };
}
