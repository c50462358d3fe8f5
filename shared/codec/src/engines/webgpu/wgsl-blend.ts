/** WGSL of the blend's decisions (docs/BLEND.md): one lane an invocation, all lanes of a segment in one workgroup. */
import {
  contexts,
  finalInputs,
  inputs,
  mixerRows,
  record,
  rowsOfSets,
  type BlendLayout,
} from './blend-layout.ts';
import type { BlendTables } from './blend-tables.ts';
import type { Direction } from './wgsl-coding.ts';

const lookup = (at: number, index: string): string => `bitcast<i32>(constants[${at}u + ${index}])`;

export function blendWgsl(layout: BlendLayout, tables: BlendTables, direction: Direction): string {
  const { lanes, plain, counts } = layout;
  const sets = mixerRows.length;
  const rowStart = mixerRows.map((_, s) => mixerRows.slice(0, s).reduce((sum, n) => sum + n, 0));
  const rec = (word: string | number): string =>
    `plain[plain_at + ${plain.lanes}u + (${word}) * ${lanes}u + lane]`;
  const recU = (word: string | number): string => `bitcast<u32>(${rec(word)})`;
  const wide = (word: number): string => `vec2<u32>(${recU(word)}, ${recU(word + 1)})`;
  const count = (at: number, index: string): string => `counts[counts_at + ${at}u + ${index}]`;
  const encodes = direction === 'encode';
  return /* wgsl */ `
var<private> plain_at: u32;
var<private> counts_at: u32;
var<private> slots_at: u32;
var<private> first_lane_of_segment: u32;
var<private> lines_mask: u32;
var<private> entries_mask: u32;
var<private> segment_lanes: u32;

fn squash(x: i32) -> i32 { return ${lookup(tables.squash, 'u32(x + 2839)')}; }
fn stretch(p: i32) -> i32 {
  if (p < 4096) { return ${lookup(tables.tail, 'u32(p)')}; }
  if (p >= 61440) { return -${lookup(tables.tail, 'u32(65535 - p)')}; }
  return ${lookup(tables.coarse, 'u32(p >> 4u)')};
}
fn clamp_logit(x: i32, limit: i32) -> i32 { return min(max(x, -limit), limit); }

fn class_of(c: u32) -> u32 {
  if (c == 32u || c == 10u) { return 1u; }
  if (c < 32u) { return 0u; }
  if (c >= 48u && c <= 57u) { return 2u; }
  if (c >= 97u && c <= 122u) { return 3u; }
  if (c >= 65u && c <= 90u) { return 4u; }
  if (c == 46u || c == 44u || c == 59u || c == 58u || c == 39u || c == 45u) { return 5u; }
  return select(6u, 7u, c >= 128u);
}

fn byte_of(lane: u32, place: u32) -> u32 {
  return (bytes[(place >> 2u) * params.lanes + first_lane_of_segment + lane] >> (8u * (place & 3u))) & 0xffu;
}

fn bucket_of(n: u32) -> u32 {
  if (n < 16u) { return n; }
  if (n < 32u) { return 16u + (n - 16u) / 4u; }
  if (n < 64u) { return 20u + (n - 32u) / 8u; }
  return select(30u, 24u + (n - 64u) / 64u, n < 400u);
}

// Sum of the student's frequencies of symbols first ... first + size - 1.
fn frequency_sum(lane: u32, first: u32, size: u32) -> u32 {
  let at = plain_at + ${plain.frequencies}u + lane;
  if (size == 1u) { return (bitcast<u32>(plain[at + (first >> 1u) * ${lanes}u]) >> (16u * (first & 1u))) & 0xffffu; }
  var sum = 0u;
  for (var w = first >> 1u; w < ((first + size) >> 1u); w += 1u) {
    let pair = bitcast<u32>(plain[at + w * ${lanes}u]);
    sum += (pair & 0xffffu) + (pair >> 16u);
  }
  return sum;
}

fn count_row(row: u32) {
  if (atomicAdd(&${count(counts.rowHits, 'row')}, 1u) == 0u) {
    let place = atomicAdd(&${count(counts.listed, '0u')}, 1u);
    atomicStore(&${count(counts.rowList, 'place')}, row);
  }
}

// Where a context lives, or the line it wants: line | check << 22 | owned << 31.
fn find_line(hash: u32, check: u32) -> u32 {
  let a = hash & lines_mask;
  let b = (hash ^ 1u) & lines_mask;
  if ((atomicLoad(&slots[slots_at + 16u * a]) & 0xffu) == check) { return a | (check << 22u) | 0x80000000u; }
  if ((atomicLoad(&slots[slots_at + 16u * b]) & 0xffu) == check) { return b | (check << 22u) | 0x80000000u; }
  let root_a = atomicLoad(&slots[slots_at + 16u * a + 1u]) & 0xffu;
  let root_b = atomicLoad(&slots[slots_at + 16u * b + 1u]) & 0xffu;
  return select(b, a, root_a <= root_b) | (check << 22u);
}

fn slot_at(place: u32, node: u32) -> u32 { return slots_at + 16u * (place & 0x3fffffu) + node; }

fn count_path(place: u32, nibble: u32) {
  var node = 1u;
  for (var shift = 4u; shift > 0u; shift -= 1u) {
    let bit = (nibble >> (shift - 1u)) & 1u;
    atomicAdd(&slots[slot_at(place, node)], select(0x100u, 0x100000u, bit == 1u));
    node = node * 2u + bit;
  }
}

// The byte of a lane at step t: decisions, coding, counting.
fn blend_lane(lane: u32, t: u32) {
  let at = first_lane_of_segment + lane;
  var expected = array<i32, 2>(-1, -1);
  var buckets: array<u32, 2>;
  for (var m = 0u; m < 2u; m += 1u) {
    let length = ${recU(`${record.match + 2}u + 3u * m`)};
    buckets[m] = bucket_of(length);
    if (length > 0u) { expected[m] = i32(byte_of(${recU(`${record.match}u + 3u * m`)}, ${recU(`${record.match + 1}u + 3u * m`)})); }
  }
  let best = select(1u, 0u, expected[0] >= 0);
  let recent = ${wide(record.recent)};
  let last = recent.x & 0xffu;
  let inside = ${recU(record.insideWord)} == 1u;
  let words0 = ${wide(record.words0)};
  let words1 = ${wide(record.words1)};
  let word = combine(${wide(record.word)}, narrow(select(last + 1u, 0u, inside)));
  let unit = combine(word, select(words0, narrow(0u), vec2<bool>(inside)));
  let seen = (u32(expected[best] + 1) << 16u) | min(buckets[best], 15u);
  var hashes: array<vec2<u32>, ${contexts}>;
  hashes[0] = narrow(last);
  hashes[1] = narrow(recent.x & 0xffffu);
  hashes[2] = narrow(recent.x);
  hashes[3] = vec2<u32>(recent.x, recent.y & 0xffffu);
  hashes[4] = unit;
  hashes[5] = combine(word, combine(words0, select(words1, narrow(0u), vec2<bool>(inside))));
  hashes[6] = combine(word, words1);
  hashes[7] = combine(${wide(record.line)}, narrow(min(${recU(record.column)}, 255u)));
  hashes[8] = narrow(seen | (last << 8u));
  hashes[9] = narrow(recent.x & 0xffffu);
  hashes[10] = narrow(recent.x & 0xffffffu);
  hashes[11] = unit;
  for (var c = 0u; c < ${contexts}u; c += 1u) {
    hashes[c] = combine(hashes[c], narrow(c));
    if (c >= 9u) { hashes[c] = combine(hashes[c], narrow(lane + 1u)); }
  }
  let order2 = ((recent.x & 0xffffu) * 0x2f0b4c47u) >> 12u;
  let classes = ${recU(record.classes)} & 511u;

  var places: array<u32, ${contexts}>;
  var partial = 1u;
  var total = 65536u;
  for (var position = 0u; position < 8u; position += 1u) {
    let half = position >> 2u;
    if ((position & 3u) == 0u) {
      for (var c = 0u; c < ${contexts}u; c += 1u) {
        let check = (hashes[c].y >> 24u) % 255u + 1u;
        let place = find_line(hashes[c].x ^ select(0u, ((partial & 15u) + 1u) * 2u, half == 1u), check);
        places[c] = place;
        ${rec(`${record.places}u + ${contexts}u * half + c`)} = bitcast<i32>(place);
      }
    }
    let in_half = position & 3u;
    let node = (partial & ((1u << in_half) - 1u)) | (1u << in_half);

    var x: array<i32, ${inputs}>;
    var histories: array<u32, ${contexts}>;
    var known = 0u;
    for (var c = 0u; c < ${contexts}u; c += 1u) {
      var history = 0u;
      if ((places[c] >> 31u) == 1u) { history = atomicLoad(&slots[slot_at(places[c], node)]) & 0xffu; }
      histories[c] = history;
      x[c] = plain[plain_at + ${plain.stretched}u + c * 256u + history];
      if (c < 7u && history != 0u) { known += 1u; }
    }
    let size = 128u >> position;
    let ones = frequency_sum(lane, ((2u * partial + 1u) * size) & 255u, size);
    let first = stretch(i32((ones << 16u) / total));
    x[12] = first;
    var matched = 0u;
    for (var m = 0u; m < 2u; m += 1u) {
      x[13u + m] = 0;
      if (expected[m] >= 0 && ((u32(expected[m]) | 256u) >> (8u - position)) == partial) {
        let p = plain[plain_at + ${plain.confidence}u + 32u * m + buckets[m]];
        let logit = stretch(max(p >> 6u, 1));
        x[13u + m] = select(-logit, logit, ((u32(expected[m]) >> (7u - position)) & 1u) == 1u);
        matched = 1u;
      }
    }
    x[15] = 256;

    let level = min(u32(abs(first)) / 160u, 7u);
    let phase = select(select(select(3u, 2u, position < 6u), 1u, position < 3u), 0u, position == 0u);
    var rows: array<u32, ${sets}>;
    rows[0] = partial;
    rows[1] = ${rowStart[1]}u + last * 2u + half;
    rows[2] = ${rowStart[2]}u + (known * 2u + matched) * 64u + level * 8u + position;
    rows[3] = ${rowStart[3]}u + classes * 4u + phase;
    var y: array<i32, ${sets}>;
    for (var s = 0u; s < ${sets}u; s += 1u) {
      let row = plain_at + ${plain.weights}u + rows[s] * ${inputs}u;
      var sum = 0;
      for (var i = 0u; i < ${inputs}u; i += 1u) { sum += x[i] * (plain[row + i] >> 16u); }
      y[s] = clamp_logit(sum >> 13u, 2047);
    }
    let final_row = plain_at + ${plain.final}u + partial * ${finalInputs}u;
    var final_sum = 0;
    for (var s = 0u; s < ${sets}u; s += 1u) { final_sum += y[s] * (plain[final_row + s] >> 16u); }
    let mixed = clamp_logit(final_sum >> 13u, 2839);
    let logit = clamp_logit(mixed, 2047);
    let map0 = partial | (last << 8u);
    let map1 = 65536u + ((order2 ^ ((partial * 0x9e3779b1u) >> 7u)) & 65535u);
    let refined = (2 * squash(mixed) + refine(logit, map0) + refine(logit, map1) + 2) >> 2u;
    let one = u32(min(max(refined, 1), 65535));

    let wanted = ${encodes ? 'byte_of(lane, t) >> (7u - position)' : '0u'};
    let bit = code_bit(lane, at, ${recU(record.stream)}, wanted & 1u, one);

    for (var c = 0u; c < ${contexts}u; c += 1u) {
      atomicAdd(&${count(counts.hits, 'c * 256u + histories[c]')}, select(1u, 0x10000u, bit == 1u));
    }
    for (var m = 0u; m < 2u; m += 1u) {
      if (expected[m] >= 0 && ((u32(expected[m]) | 256u) >> (8u - position)) == partial) {
        let held = ((u32(expected[m]) >> (7u - position)) & 1u) == bit;
        atomicAdd(&${count(counts.confidence, '32u * m + buckets[m]')}, select(1u, 0x10000u, held));
      }
    }
    let aim = i32(bit << 16u);
    for (var s = 0u; s < ${sets}u; s += 1u) {
      let error = aim - squash(y[s]);
      if (abs(error) >= 256) {
        let step = (error + 8) >> 4u;
        for (var i = 0u; i < ${inputs}u; i += 1u) {
          atomicAdd(&${count(counts.sums, `rows[s] * ${inputs}u + i`)}, bitcast<u32>((x[i] >> 3u) * step));
        }
        count_row(rows[s]);
      }
    }
    let error = aim - squash(mixed);
    if (abs(error) >= 256) {
      let step = (error + 8) >> 4u;
      for (var s = 0u; s < ${sets}u; s += 1u) {
        atomicAdd(&${count(counts.finalSums, `partial * ${finalInputs}u + s`)}, bitcast<u32>((y[s] >> 3u) * step));
      }
      count_row(${rowsOfSets}u + partial);
    }
    teach_map(logit, map0, bit);
    teach_map(logit, map1, bit);
    total = select(total - ones, ones, bit == 1u);
    partial = partial * 2u + bit;
  }
  let byte = partial & 0xffu;
  ${
    encodes
      ? ''
      : `{
    let shift = 8u * (t & 3u);
    let place = (t >> 2u) * params.lanes + at;
    bytes[place] = (bytes[place] & ~(0xffu << shift)) | (byte << shift);
  }`
  }
  for (var half = 0u; half < 2u; half += 1u) {
    let nibble = select(byte >> 4u, byte & 15u, half == 1u);
    for (var c = 0u; c < ${contexts}u; c += 1u) {
      let place = ${recU(`${record.places}u + ${contexts}u * half + c`)};
      if ((place >> 31u) == 1u) { count_path(place, nibble); }
      else {
        let owner = atomicLoad(&slots[slot_at(place, 0u)]) & 0xffu;
        atomicMax(&slots[slot_at(place, 0u)], owner | (((place >> 22u) & 0xffu) << 8u));
      }
    }
  }
}
`;
}
