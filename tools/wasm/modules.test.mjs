import { expect, it } from 'vitest';
import { byteDifference, emscriptenVersion } from './modules.mjs';

it("reads Debian's and upstream's version lines", () => {
  expect(
    emscriptenVersion(
      'emcc (Emscripten gcc/clang-like replacement + linker emulating GNU ld) 3.1.6 ()\nCopyright 2014',
    ),
  ).toBe('3.1.6');
  expect(emscriptenVersion('emcc (Emscripten gcc/clang-like replacement) 4.0.10 (abcdef)')).toBe('4.0.10');
  expect(emscriptenVersion('command not found')).toBeUndefined();
});

it('says where two modules differ', () => {
  const bytes = (/** @type {number[]} */ ...values) => Uint8Array.from(values);
  expect(byteDifference(bytes(1, 2, 3), bytes(1, 2, 3))).toBeUndefined();
  expect(byteDifference(bytes(1, 2, 3), bytes(1, 9, 3))).toContain('differ from byte 1');
  expect(byteDifference(bytes(1, 2), bytes(1, 2, 3))).toContain('differ from byte 2');
  expect(byteDifference(bytes(1, 2, 3), bytes(1, 2))).toContain('differ from byte 2');
  expect(byteDifference(bytes(1), undefined)).toContain('missing');
});
