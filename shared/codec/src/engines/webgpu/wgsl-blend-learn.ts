/** WGSL of what the blend learns at a step's end (docs/BLEND.md), in phases with barriers between them. */
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

export function blendLearnWgsl(layout: BlendLayout, tables: BlendTables, invocations: number): string {
  const { lanes, plain, counts } = layout;
  const rows = rowsOfSets;
  const states = contexts * 256;
  const rec = (word: string | number): string =>
    `plain[plain_at + ${plain.lanes}u + (${word}) * ${lanes}u + lane]`;
  const recU = (word: string | number): string => `bitcast<u32>(${rec(word)})`;
  const wide = (word: number): string => `vec2<u32>(${recU(word)}, ${recU(word + 1)})`;
  const setWide = (word: number, value: string): string =>
    `{ let wide_value = ${value}; ${rec(word)} = bitcast<i32>(wide_value.x); ${rec(word + 1)} = bitcast<i32>(wide_value.y); }`;
  const count = (at: number, index: string): string => `counts[counts_at + ${at}u + ${index}]`;
  const length = (lane: string): string =>
    `bitcast<u32>(plain[plain_at + ${plain.lanes + record.length * lanes}u + ${lane}])`;
  const ends = mixerRows.map((_, set) => mixerRows.slice(0, set + 1).reduce((sum, some) => sum + some, 0));
  const setOfRow = (row: string): string =>
    ends.slice(0, -1).reduce((sum, end) => `${sum} + select(0u, 1u, ${row} >= ${end}u)`, '0u');
  return /* wgsl */ `
// The first guesses and weights; all else starts as zeros.
fn blend_start(local: u32) {
  for (var i = local; i < ${rows * inputs}u; i += ${invocations}u) {
    let row = i / ${inputs}u;
    let mixer = ${setOfRow('row')};
    plain[plain_at + ${plain.weights}u + i] = bitcast<i32>(constants[${tables.weights}u + mixer * ${inputs}u + i % ${inputs}u]) << 16u;
  }
  for (var i = local; i < ${256 * finalInputs}u; i += ${invocations}u) {
    plain[plain_at + ${plain.final}u + i] = bitcast<i32>(constants[${tables.finalWeights}u + i % ${finalInputs}u]) << 16u;
  }
  for (var i = local; i < ${states}u; i += ${invocations}u) {
    let p = bitcast<i32>(constants[${tables.initial}u + i % 256u]);
    plain[plain_at + ${plain.p}u + i] = p << 6u;
    plain[plain_at + ${plain.stretched}u + i] = stretch(p);
  }
  for (var i = local; i < 64u; i += ${invocations}u) {
    plain[plain_at + ${plain.confidence}u + i] = i32(65536u - 65536u / (2u * (i % 32u) + 4u)) << 6u;
  }
}

// p + floor((ones (2^22 - 1) - all p) R[seen + all] / 2^16)
fn moved(p: i32, seen: u32, hits: u32) -> i32 {
  let ones = hits >> 16u;
  let all = ones + (hits & 0xffffu);
  let pull = wide_sub(product64(ones, 4194303u), product64(all, u32(p)));
  let scale = 131072u / (2u * (seen + all) + 1u);
  let scaled = wide_mul(pull, vec2<u32>(scale, 0u));
  return p + bitcast<i32>((scaled.y << 16u) | (scaled.x >> 16u));
}

// floor(sum * factor / 2^16); the result fits, so its words may wrap on the way. 0 <= factor < 2^23
fn learnt(sum: i32, factor: u32) -> i32 {
  let high = sum >> 16u;
  let low = bitcast<u32>(sum) & 0xffffu;
  return high * i32(factor) + i32(low * (factor >> 16u) + ((low * (factor & 0xffffu)) >> 16u));
}

// The wanted lines whose claim a place has won are emptied.
fn settle_lines(lane: u32) {
  for (var k = 0u; k < ${2 * contexts}u; k += 1u) {
    let place = ${recU(`${record.places}u + k`)};
    let check = (place >> 22u) & 0xffu;
    if ((place >> 31u) == 0u && (atomicLoad(&slots[slot_at(place, 0u)]) >> 8u) == check) {
      for (var node = 1u; node < 16u; node += 1u) { atomicStore(&slots[slot_at(place, node)], 0u); }
      atomicStore(&slots[slot_at(place, 0u)], check);
    }
  }
}

fn nibble_of(byte: u32, k: u32) -> u32 { return select(byte >> 4u, byte & 15u, k >= ${contexts}u); }

fn count_new_owners(lane: u32, byte: u32) {
  for (var k = 0u; k < ${2 * contexts}u; k += 1u) {
    let place = ${recU(`${record.places}u + k`)};
    if ((place >> 31u) == 0u && atomicLoad(&slots[slot_at(place, 0u)]) == ((place >> 22u) & 0xffu)) {
      count_path(place, nibble_of(byte, k));
    }
  }
}

fn next_history(slot: u32) -> u32 {
  let zeros = min((slot >> 8u) & 0xfffu, 15u);
  let ones = min(slot >> 20u, 15u);
  let rarer = select(1u, 0u, zeros <= ones);
  var history = slot & 0xffu;
  for (var i = 0u; i < min(zeros, ones); i += 1u) { history = constants[${tables.next}u + 2u * history + rarer]; }
  for (var i = 0u; i < max(zeros, ones); i += 1u) { history = constants[${tables.next}u + 2u * history + 1u - rarer]; }
  return history;
}

// All that wanted or had a slot may move it at once: they write the same.
fn move_histories(lane: u32, byte: u32) {
  for (var k = 0u; k < ${2 * contexts}u; k += 1u) {
    let place = ${recU(`${record.places}u + k`)};
    if ((atomicLoad(&slots[slot_at(place, 0u)]) & 0xffu) != ((place >> 22u) & 0xffu)) { continue; }
    let nibble = nibble_of(byte, k);
    var node = 1u;
    for (var shift = 4u; shift > 0u; shift -= 1u) {
      let slot = atomicLoad(&slots[slot_at(place, node)]);
      if ((slot >> 8u) != 0u) { atomicStore(&slots[slot_at(place, node)], next_history(slot)); }
      node = node * 2u + ((nibble >> (shift - 1u)) & 1u);
    }
  }
}

fn learn_shared(local: u32, t: u32) {
  for (var i = local; i < ${states}u; i += ${invocations}u) {
    let hits = atomicLoad(&${count(counts.hits, 'i')});
    if (hits == 0u) { continue; }
    atomicStore(&${count(counts.hits, 'i')}, 0u);
    let seen = u32(plain[plain_at + ${plain.seen}u + i]);
    let p = moved(plain[plain_at + ${plain.p}u + i], seen, hits);
    plain[plain_at + ${plain.p}u + i] = p;
    plain[plain_at + ${plain.seen}u + i] = i32(min(seen + (hits >> 16u) + (hits & 0xffffu), 255u));
    plain[plain_at + ${plain.stretched}u + i] = stretch(max(p >> 6u, 1));
  }
  for (var i = local; i < 64u; i += ${invocations}u) {
    let hits = atomicLoad(&${count(counts.confidence, 'i')});
    if (hits == 0u) { continue; }
    atomicStore(&${count(counts.confidence, 'i')}, 0u);
    let seen = u32(plain[plain_at + ${plain.confidenceSeen}u + i]);
    plain[plain_at + ${plain.confidence}u + i] = moved(plain[plain_at + ${plain.confidence}u + i], seen, hits);
    plain[plain_at + ${plain.confidenceSeen}u + i] = i32(min(seen + (hits >> 16u) + (hits & 0xffffu), 1023u));
  }
  let coded = t * segment_lanes;
  let rate = 120u + 24576000u / (16384u + coded);
  let final_rate = 125u + 8192000u / (8192u + coded);
  let listed = atomicLoad(&${count(counts.listed, '0u')});
  // An item is one weight; the last of a row's items may not clear its hits before the others have read them, so they stay until \`forget\`.
  for (var i = local; i < listed * ${inputs}u; i += ${invocations}u) {
    let row = atomicLoad(&${count(counts.rowList, `i / ${inputs}u`)});
    let hits = atomicLoad(&${count(counts.rowHits, 'row')});
    let is_final = row >= ${rows}u;
    let input = i % ${inputs}u;
    if (is_final && input >= ${finalInputs}u) { continue; }
    let factor = (select(rate, final_rate, is_final) * (524288u / (7u + hits))) >> 4u;
    let at = select(row * ${inputs}u + input, (row - ${rows}u) * ${finalInputs}u + input, is_final);
    let sum_at = counts_at + at + select(${counts.sums}u, ${counts.finalSums}u, is_final);
    let weight_at = plain_at + at + select(${plain.weights}u, ${plain.final}u, is_final);
    let sum = bitcast<i32>(atomicLoad(&counts[sum_at]));
    atomicStore(&counts[sum_at], 0u);
    plain[weight_at] = min(max(plain[weight_at] + learnt(sum, factor), -603979776), 603979776);
  }
  let points = atomicLoad(&${count(counts.listed, '1u')});
  for (var i = local; i < points; i += ${invocations}u) {
    let point = atomicLoad(&${count(counts.pointList, 'i')});
    let at = counts_at + ${counts.points}u + 2u * point;
    let word = atomicLoad(&counts[at]);
    let hits = i32(word >> 16u);
    var pull = bitcast<i32>(atomicLoad(&counts[at + 1u]));
    if (hits > 24) { pull = pull * 24 / hits; }
    let p = min(max(point_value(word, point) + pull, 16), 65519);
    atomicStore(&counts[at], (u32(p) - constants[${tables.points}u + (point & 15u)]) & 0xffffu);
    atomicStore(&counts[at + 1u], 0u);
  }
}

fn forget(local: u32) {
  let listed = atomicLoad(&${count(counts.listed, '0u')});
  for (var i = local; i < listed; i += ${invocations}u) {
    atomicStore(&${count(counts.rowHits, `atomicLoad(&${count(counts.rowList, 'i')})`)}, 0u);
  }
}

fn advance_match(lane: u32, t: u32, m: u32, minimum: u32) {
  let ptr_at = ${record.match}u + 3u * m;
  var length = ${recU('ptr_at + 2u')};
  var whose = ${recU('ptr_at')};
  var place = ${recU('ptr_at + 1u')};
  let byte = byte_of(lane, t);
  if (length > 0u) {
    let same = byte_of(whose, place) == byte;
    place += 1u;
    if (place >= ${length('whose')}) {
      place = 0u;
      whose += 1u;
    }
    length = select(0u, min(length + 1u, 65535u), same && whose < segment_lanes);
  }
  let known = t + 1u;
  var entry = 0u;
  if (known >= minimum) {
    var hash = 0u;
    for (var i = 0u; i < minimum; i += 1u) { hash = (hash + byte_of(lane, t - i) + 1u) * 0x2f0b4c47u; }
    entry = ((hash ^ (hash >> 15u)) & entries_mask) + 1u;
    if (length == 0u) {
      let found = atomicLoad(&${count(counts.total, 'm * (entries_mask + 1u) + entry - 1u')});
      if (found > 0u) {
        let behind = (found - 1u) / segment_lanes;
        whose = (found - 1u) % segment_lanes;
        place = behind;
        let most = min(min(behind, known), 32u);
        var agreed = 0u;
        while (agreed < most && byte_of(whose, behind - 1u - agreed) == byte_of(lane, t - agreed)) { agreed += 1u; }
        if (place >= ${length('whose')}) {
          place = 0u;
          whose += 1u;
        }
        if (agreed >= minimum && whose < segment_lanes) { length = agreed; }
      }
    }
  }
  ${rec('ptr_at')} = bitcast<i32>(whose);
  ${rec('ptr_at + 1u')} = bitcast<i32>(place);
  ${rec('ptr_at + 2u')} = bitcast<i32>(length);
  ${rec(`${record.entry}u + m`)} = bitcast<i32>(entry);
}

fn enter_matches(lane: u32, t: u32) {
  for (var m = 0u; m < 2u; m += 1u) {
    let entry = ${recU(`${record.entry}u + m`)};
    if (entry > 0u) {
      atomicMax(&${count(counts.total, 'm * (entries_mask + 1u) + entry - 1u')}, (t + 1u) * segment_lanes + lane + 1u);
    }
  }
}

fn push_context(lane: u32, byte: u32) {
  let recent = ${wide(record.recent)};
  ${setWide(record.recent, 'vec2<u32>((recent.x << 8u) | byte, (recent.y << 8u) | (recent.x >> 24u))')}
  ${rec(record.classes)} = bitcast<i32>((${recU(record.classes)} << 3u) | class_of(byte));
  if ((byte >= 97u && byte <= 122u) || (byte >= 65u && byte <= 90u) || byte >= 128u) {
    ${setWide(record.word, `combine(${wide(record.word)}, narrow(select(byte, byte + 32u, byte >= 65u && byte <= 90u)))`)}
    ${rec(record.insideWord)} = 1;
  } else if (${recU(record.insideWord)} == 1u) {
    ${setWide(record.words1, wide(record.words0))}
    ${setWide(record.words0, wide(record.word))}
    ${setWide(record.word, 'narrow(0u)')}
    ${rec(record.insideWord)} = 0;
  }
  let column = ${recU(record.column)};
  if (byte == 10u) {
    ${rec(record.column)} = 0;
    ${setWide(record.line, 'narrow(0u)')}
  } else {
    if (column < 3u) { ${setWide(record.line, `combine(${wide(record.line)}, narrow(byte))`)} }
    ${rec(record.column)} = bitcast<i32>(column + 1u);
  }
}
`;
}
