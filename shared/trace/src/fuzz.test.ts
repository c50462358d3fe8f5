/**
 * Mutated trace streams through the whole reader, with checksums as they come and with checksums made right again, so that what lies
 * behind them is reached: the answer is rows within their limits or one of our errors. 400 in `npm test`, 100,000 by `npm run fuzz`.
 */
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { checkRows } from './check-rows.ts';
import { TraceError } from './errors.ts';
import { TraceReader } from './reader.ts';
import { PROFILES } from './schema.ts';
import { syntheticText, syntheticTrace } from './testing/synthetic-trace.ts';

const mutations = process.env.UNDERSTUDY_LONG === '1' ? 100_000 : 400;
const mostMemoryGrowth = 256 << 20;

function noise(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One to three bytes changed, cut out or doubled. */
function mutated(bytes: Uint8Array, next: (below: number) => number): Uint8Array {
  let changed: Uint8Array = bytes.slice();
  for (let changes = 1 + next(3); changes > 0; changes--) {
    // A third each to the magic and version, to the header, to anywhere.
    const at = next(Math.min(changed.length, [14, 800, changed.length][next(3)] ?? 0));
    const kind = next(6);
    if (kind === 0) changed = changed.slice(0, at);
    else if (kind === 1)
      changed = new Uint8Array(Buffer.concat([changed.subarray(0, at), changed.subarray(at + 1 + next(8))]));
    else if (kind === 2)
      changed = new Uint8Array(Buffer.concat([changed.subarray(0, at + 1 + next(8)), changed.subarray(at)]));
    else if (at < changed.length) changed[at]! ^= 1 << next(8);
  }
  return changed;
}

/** Puts the checksums right of all parts that still can be told apart. */
function sealed(bytes: Uint8Array): Uint8Array {
  const whole = bytes.slice();
  const view = new DataView(whole.buffer);
  const seal = (from: number, count: number): void => {
    if (from + count + 4 <= whole.length)
      view.setUint32(from + count, crc32(whole.subarray(from, from + count)), true);
  };
  if (whole.length < 16) return whole;
  let at = 16;
  const head = view.getUint32(12, true);
  seal(at, head);
  at += head + 4;
  while (at + 12 <= whole.length) {
    const tag = Buffer.from(whole.subarray(at, at + 4)).toString('latin1');
    if (tag === 'END.') seal(at + 4, 16);
    if (tag !== 'ROWS') break;
    const payload = view.getUint32(at + 8, true);
    seal(at + 12, payload);
    at += 12 + payload + 4;
  }
  return whole;
}

async function read(bytes: Uint8Array): Promise<number> {
  const reader = await TraceReader.open(
    (async function* () {
      await Promise.resolve();
      yield bytes;
    })(),
  );
  let rows = 0;
  for await (const frame of reader.frames()) {
    checkRows(reader.header, frame);
    rows += frame.rows;
  }
  return rows;
}

it('answers any change of a stream with rows or with one of our errors', async () => {
  const next = noise(11);
  const originals: Uint8Array[] = [];
  for (const profile of PROFILES) {
    const { parts } = await syntheticTrace(syntheticText(24), { profile, rowsPerFrame: 10 });
    originals.push(new Uint8Array(Buffer.concat(parts)));
  }
  const before = process.memoryUsage.rss();
  const outcomes = new Map<string, number>();
  for (let i = 0; i < mutations; i++) {
    const changed = mutated(originals[i % originals.length] ?? new Uint8Array(0), next);
    const outcome = await read(i % 2 === 0 ? changed : sealed(changed)).then(
      (rows) => (rows <= 24 ? 'rows' : `${rows} rows of 24`),
      (error: unknown) => (error instanceof TraceError ? error.code : `not ours: ${String(error)}`),
    );
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const kinds = [...outcomes.keys()];
  expect(kinds.filter((kind) => kind !== 'rows' && !kind.startsWith('UST_TRACE_'))).toEqual([]);
  // The changes reach every check.
  for (const code of ['MAGIC', 'VERSION', 'HEADER', 'TRUNCATED', 'CHECKSUM', 'FRAME', 'VALUES'])
    expect(kinds).toContain(`UST_TRACE_${code}`);
  expect(process.memoryUsage.rss() - before).toBeLessThan(mostMemoryGrowth);
});
