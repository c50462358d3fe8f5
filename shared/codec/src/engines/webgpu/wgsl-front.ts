/**
 * WGSL of what a student sees of the past (docs/MODEL.md §3): the last 32 bytes of each lane in workgroup memory, from which the
 * shader makes the inputs that wasm/coder/src/contexts.cc makes. `history[w · lanes + lane]` has bytes 4w … 4w + 3 of a ring.
 */
import type { Front, NgramTable } from '../../student/metadata.ts';
import type { KernelShape } from './wgsl-access.ts';

/** Words of a lane's history. */
export const historyWords = 8;

const historyWgsl = (lanes: number): string => /* wgsl */ `
var<workgroup> history: array<u32, ${historyWords * lanes}>;

// The k-th byte before step t, 1 <= k <= 32; before the lane's start all are zero, as the ring is.
fn byte_before(lane: u32, t: u32, k: u32) -> u32 {
  let place = t - k;
  return (history[((place >> 2u) & 7u) * ${lanes}u + lane] >> (8u * (place & 3u))) & 0xffu;
}

// Adds the byte of step t; returns the word it is in, whose later bytes are those of the ring's last round.
fn push_byte(lane: u32, t: u32, byte: u32) -> u32 {
  let at = ((t >> 2u) & 7u) * ${lanes}u + lane;
  let shift = 8u * (t & 3u);
  let word = (history[at] & ~(0xffu << shift)) | (byte << shift);
  history[at] = word;
  return word;
}
`;

const hashWgsl = /* wgsl */ `
fn is_letter(c: u32) -> bool {
  let lower = c | 0x20u;
  return (lower >= 0x61u && lower <= 0x7au) || c >= 0x80u;
}

fn absorb(acc: u32, value: u32) -> u32 { return (acc + value) * 0x9e3779b1u; }

// At most 16 letters, beginning with the k-th byte before; (the first place not taken, accumulator).
fn take_letters(lane: u32, t: u32, first: u32, start: u32) -> vec2<u32> {
  var k = first;
  var acc = start;
  while (k < first + 16u && k <= 32u) {
    let c = byte_before(lane, t, k);
    if (!is_letter(c)) { break; }
    acc = absorb(acc, select(c, c + 32u, c >= 0x41u && c <= 0x5au) + 1u);
    k += 1u;
  }
  return vec2<u32>(k, acc);
}

fn finalise(value: u32) -> u32 {
  var x = value;
  x ^= x >> 16u;
  x *= 0x85ebca6bu;
  x ^= x >> 13u;
  x *= 0xc2b2ae35u;
  return x ^ (x >> 16u);
}
`;

function accumulator({ context, order }: NgramTable): string {
  switch (context) {
    case 'byte':
      return 'acc = byte_before(lane, t, 1u);';
    case 'order':
      return `for (var k = 1u; k <= ${order}u; k += 1u) { acc = absorb(acc, byte_before(lane, t, k) + 1u); }`;
    case 'word':
      return 'acc = take_letters(lane, t, 1u, 0x57u).y;';
    case 'words':
      return `let word = take_letters(lane, t, 1u, 0x57u);
var k = word.x;
while (k <= 32u && !is_letter(byte_before(lane, t, k))) { k += 1u; }
acc = take_letters(lane, t, k, absorb(word.y, 257u)).y;`;
  }
}

/**
 * `front(local, t)` prepares the inputs of step t, `input_value(place, lane)` gives them; a barrier must stand between. Windows are read
 * out of the history as they are.
 */
export function frontWgsl(front: Front, { lanes, invocations }: KernelShape): string {
  if (front.kind === 'window') {
    return /* wgsl */ `${historyWgsl(lanes)}
var<private> now: u32;
fn front(local: u32, t: u32) { now = t; }
fn input_value(place: u32, lane: u32) -> i32 { return i32(byte_before(lane, now, 32u - place)); }
`;
  }
  let place = 0;
  const cases = front.tables.map((table, index) => {
    const rows = table.dim / front.rowDim;
    const hashed = table.context === 'byte' ? 'acc' : `finalise(acc ^ ${index}u)`;
    const code = `case ${index}u: {
var acc = 0u;
${accumulator(table)}
let row = ${table.firstRow}u + (${hashed} & ${table.rows - 1}u) * ${rows}u;
for (var j = 0u; j < ${rows}u; j += 1u) { rows[(${place}u + j) * ${lanes}u + lane] = row + j; }
}`;
    place += rows;
    return code;
  });
  return /* wgsl */ `${historyWgsl(lanes)}${hashWgsl}
var<workgroup> rows: array<u32, ${place * lanes}>;
fn front(local: u32, t: u32) {
  for (var i = local; i < ${front.tables.length * lanes}u; i += ${invocations}u) {
    let lane = i % ${lanes}u;
    switch (i / ${lanes}u) {
${cases.join('\n')}
default: {}
    }
  }
}
fn input_value(place: u32, lane: u32) -> i32 { return bitcast<i32>(rows[place * ${lanes}u + lane]); }
`;
}

/** Words of workgroup memory that the front takes for each lane. */
export function frontWords(front: Front): number {
  if (front.kind === 'window') return historyWords;
  return historyWords + front.tables.reduce((sum, { dim }) => sum + dim / front.rowDim, 0);
}
