/**
 * WGSL of the range coder (docs/FORMAT.md §7) in 32-bit arithmetic, the same bits as wasm/coder/src/range_coder.h. Numbers of 48 or 64 bits
 * are vec2<u32>(low word, high word). range is at most 2^48 (only before the first symbol, high word 0x10000) and at least 2^40.
 *
 * A lane's coder is six words in workgroup memory, `coders[lane][6]`, between dispatches in the lane's state. Encoder: low, range, the
 * bytes of the word being filled (most significant first), bytes written. Decoder: code, range, target of the next symbol, bytes read.
 * `at` is the lane's number among all; word w of its stream lies at streams[w · params.lanes + at].
 */

/** Words of a lane's coder. */
export const coderWords = 6;

const shared = /* wgsl */ `
// 32 bits times 16 bits.
fn wide_product(a: u32, b: u32) -> vec2<u32> {
  let low = (a & 0xffffu) * b;
  let high = (a >> 16u) * b;
  let sum = low + (high << 16u);
  return vec2<u32>(sum, (high >> 16u) + select(0u, 1u, sum < low));
}

fn wide_shift8(x: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(x.x << 8u, (x.y << 8u) | (x.x >> 24u));
}

// floor(range / 2^16) times a factor below 2^16. The whole range's part, 2^32, has no 32 bits.
fn part_product(range: vec2<u32>, factor: u32) -> vec2<u32> {
  if (range.y >= 0x10000u) { return vec2<u32>(0u, factor); }
  return wide_product((range.y << 16u) | (range.x >> 16u), factor);
}
`;

/** `coder_start(lane, at, length)`, `code_symbol(lane, at, length, cumulative, frequency)`; the length is of no use here. */
export const encoderWgsl = /* wgsl */ `${shared}
fn coder_start(lane: u32, at: u32, length: u32) {
  let base = lane * ${coderWords}u;
  for (var i = 0u; i < ${coderWords}u; i += 1u) { coders[base + i] = 0u; }
  coders[base + 3u] = 0x10000u; // range 2^48
}

fn code_symbol(lane: u32, at: u32, length: u32, cumulative: u32, frequency: u32) {
  let base = lane * ${coderWords}u;
  var low = vec2<u32>(coders[base], coders[base + 1u]);
  var range = vec2<u32>(coders[base + 2u], coders[base + 3u]);
  var word = coders[base + 4u];
  var count = coders[base + 5u];
  let step = part_product(range, cumulative);
  range = part_product(range, frequency);
  let sum = low.x + step.x;
  low = vec2<u32>(sum, low.y + step.y + select(0u, 1u, sum < step.x));
  if (low.y >= 0x10000u) {
    low.y -= 0x10000u;
    // The carry: first through the word being filled, then back through whole words, most significant byte first.
    var carry = true;
    let filled = count & 3u;
    if (filled > 0u) {
      word += 1u;
      carry = (word >> (8u * filled)) != 0u;
      if (carry) { word = 0u; }
    }
    for (var place = count >> 2u; carry && place > 0u && count <= length; place -= 1u) {
      let next = streams[(place - 1u) * params.lanes + at] + 1u;
      streams[(place - 1u) * params.lanes + at] = next;
      carry = next == 0u;
    }
  }
  while (range.y < 0x100u) {
    word = (word << 8u) | (low.y >> 8u);
    count += 1u;
    if ((count & 3u) == 0u) {
      if (count <= length) { streams[((count >> 2u) - 1u) * params.lanes + at] = word; }
      word = 0u;
    }
    low = wide_shift8(vec2<u32>(low.x, low.y & 0xffu));
    range = wide_shift8(range);
  }
  coders[base] = low.x;
  coders[base + 1u] = low.y;
  coders[base + 2u] = range.x;
  coders[base + 3u] = range.y;
  coders[base + 4u] = word;
  coders[base + 5u] = count;
}

fn code_bit(lane: u32, at: u32, length: u32, bit: u32, one: u32) -> u32 {
  code_symbol(lane, at, length, select(one, 0u, bit == 1u), select(65536u - one, one, bit == 1u));
  return bit;
}
`;

/** `coder_start(lane, at, length)` and `code_symbol(lane, at, length, cumulative, frequency)`; `length`: bytes of the stream. */
export const decoderWgsl = /* wgsl */ `${shared}
fn stream_byte(at: u32, place: u32, length: u32) -> u32 {
  if (place >= length) { return 0u; }
  return (streams[(place >> 2u) * params.lanes + at] >> (8u * (place & 3u))) & 0xffu;
}

// min(floor(code / part), 65535): one quotient digit of 16 bits, estimated from the leading words and corrected (Knuth's algorithm D).
fn quotient(code: vec2<u32>, range: vec2<u32>) -> u32 {
  if (range.y >= 0x10000u) { return min(code.y, 65535u); }
  let part = (range.y << 16u) | (range.x >> 16u);
  if (code.y > 0xffffu || ((code.y << 16u) | (code.x >> 16u)) >= part) { return 65535u; }
  let shift = countLeadingZeros(part); // at most 8, as range >= 2^40
  // code < part * 2^16, so the shifted code has at most 48 bits: these are the first 32 of them.
  let lead = (((code.y << 16u) | (code.x >> 16u)) << shift) | ((code.x & 0xffffu) >> (16u - shift));
  var digit = min(lead / ((part << shift) >> 16u), 65535u);
  loop {
    let product = wide_product(part, digit);
    if (product.y < code.y || (product.y == code.y && product.x <= code.x)) { break; }
    digit -= 1u; // at most twice
  }
  return digit;
}

fn coder_start(lane: u32, at: u32, length: u32) {
  let base = lane * ${coderWords}u;
  var code = vec2<u32>(0u, 0u);
  for (var i = 0u; i < 6u; i += 1u) {
    code = wide_shift8(code);
    code.x |= stream_byte(at, i, length);
  }
  coders[base] = code.x;
  coders[base + 1u] = code.y;
  coders[base + 2u] = 0u;
  coders[base + 3u] = 0x10000u;
  coders[base + 4u] = quotient(code, vec2<u32>(0u, 0x10000u));
  coders[base + 5u] = 6u;
}

fn code_symbol(lane: u32, at: u32, length: u32, cumulative: u32, frequency: u32) {
  let base = lane * ${coderWords}u;
  var code = vec2<u32>(coders[base], coders[base + 1u]);
  var range = vec2<u32>(coders[base + 2u], coders[base + 3u]);
  var place = coders[base + 5u];
  let step = part_product(range, cumulative);
  range = part_product(range, frequency);
  code = vec2<u32>(code.x - step.x, code.y - step.y - select(0u, 1u, code.x < step.x));
  while (range.y < 0x100u) {
    code = wide_shift8(code);
    code.x |= stream_byte(at, place, length);
    place += 1u;
    range = wide_shift8(range);
  }
  coders[base] = code.x;
  coders[base + 1u] = code.y;
  coders[base + 2u] = range.x;
  coders[base + 3u] = range.y;
  coders[base + 4u] = quotient(code, range);
  coders[base + 5u] = place;
}

fn code_bit(lane: u32, at: u32, length: u32, unknown: u32, one: u32) -> u32 {
  let base = lane * ${coderWords}u;
  let split = part_product(vec2<u32>(coders[base + 2u], coders[base + 3u]), one);
  let bit = select(0u, 1u, coders[base + 1u] < split.y || (coders[base + 1u] == split.y && coders[base] < split.x));
  code_symbol(lane, at, length, select(one, 0u, bit == 1u), select(65536u - one, one, bit == 1u));
  return bit;
}
`;
