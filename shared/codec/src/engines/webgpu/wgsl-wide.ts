/** WGSL of 64-bit whole numbers as vec2<u32>(low word, high word), and of the hash of two of them (docs/BLEND.md §2). */
export const wideWgsl = /* wgsl */ `
fn wide_add(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = a.x + b.x;
  return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x));
}
fn wide_sub(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x));
}
fn product64(a: u32, b: u32) -> vec2<u32> {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let middle = (a & 0xffffu) * (b >> 16u) + (low >> 16u);
  let other = (a >> 16u) * (b & 0xffffu) + (middle & 0xffffu);
  return vec2<u32>((other << 16u) | (low & 0xffffu), (a >> 16u) * (b >> 16u) + (middle >> 16u) + (other >> 16u));
}
fn wide_mul(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = product64(a.x, b.x);
  return vec2<u32>(low.x, low.y + a.x * b.y + a.y * b.x);
}
fn combine(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  var h = wide_mul(a ^ wide_add(b, vec2<u32>(0x7f4a7c15u, 0x9e3779b9u)), vec2<u32>(0x6659fd93u, 0xd6e8feb8u));
  h.x ^= h.y;
  h = wide_mul(h, vec2<u32>(0xb7a56463u, 0xcf1bbcdcu));
  return h ^ vec2<u32>((h.x >> 29u) | (h.y << 3u), h.y >> 29u);
}
fn narrow(x: u32) -> vec2<u32> { return vec2<u32>(x, 0u); }
`;
