/**
 * The bad and the unsupported golden archives, each with the error that it must end in. Names say what is wrong.
 */
import { noise, prose, text } from './contents.ts';
import {
  bytes,
  counted,
  emptyFiles,
  longForm,
  shortForm,
  unsigned,
  varint,
  type LongParts,
} from './forge.ts';

export interface Refused {
  readonly folder: 'bad' | 'unsupported';
  readonly name: string;
  readonly error: string;
  readonly archive: Uint8Array;
}

const abc = text('abc');
const stored = (content: Uint8Array): Uint8Array => bytes(0, counted(content));
const full = (index: number): readonly [Uint8Array, Uint8Array] => {
  const content = noise(64, index + 1);
  return [bytes(0x40, content), content];
};
/** Two full blocks and a short one. */
const three = { blocks: [full(0), full(1), [stored(abc), abc]] } satisfies LongParts;
const good = longForm(three);
const headBytes = 7 + 1 + 1 + 32 + 1 + 2 + 1 + 8;
const frameBytes = 4 + 1 + 64 + 8;

/** A copy with one byte changed; `at` counts from the end where it is negative. */
function changed(archive: Uint8Array, at: number): Uint8Array {
  const copy = archive.slice();
  copy[at < 0 ? copy.length + at : at]! ^= 1;
  return copy;
}

const swapped = bytes(
  good.subarray(0, headBytes),
  good.subarray(headBytes + frameBytes, headBytes + 2 * frameBytes),
  good.subarray(headBytes, headBytes + frameBytes),
  good.subarray(headBytes + 2 * frameBytes),
);
const many = (...paths: string[]): Uint8Array => longForm({ flags: 0x12, files: emptyFiles(...paths) });
/** A zstd frame that declares 2^32 bytes and has a block of none. */
const bomb = bytes(unsigned(0xfd2fb528, 4), 0xe0, unsigned(2 ** 32, 8), Uint8Array.of(1, 0, 0));

const bad: readonly (readonly [name: string, error: string, archive: Uint8Array])[] = [
  ['magic-seven-bit', 'UST_NOT_ARCHIVE', good.map((byte) => byte & 0x7f)],
  ['truncated-in-magic', 'UST_TRUNCATED', good.subarray(0, 4)],
  ['truncated-in-header', 'UST_TRUNCATED', good.subarray(0, 30)],
  ['truncated-in-block', 'UST_TRUNCATED', good.subarray(0, headBytes + 20)],
  ['truncated-behind-block', 'UST_TRUNCATED', good.subarray(0, headBytes + frameBytes)],
  ['truncated-in-footer', 'UST_TRUNCATED', good.subarray(0, -3)],
  ['trailing-byte', 'UST_CORRUPT', bytes(good, 0)],
  ['header-check', 'UST_CHECKSUM', changed(good, 20)],
  ['sync-mark', 'UST_CORRUPT', changed(good, headBytes)],
  ['block-payload', 'UST_CHECKSUM', changed(good, headBytes + 20)],
  ['block-checksum', 'UST_CHECKSUM', changed(good, headBytes + frameBytes - 1)],
  ['blocks-swapped', 'UST_CORRUPT', swapped],
  ['short-block-not-last', 'UST_CORRUPT', longForm({ blocks: [[stored(abc), abc], full(0)] })],
  ['tail-table', 'UST_CHECKSUM', changed(good, -30)],
  [
    'tail-other-digest',
    'UST_CHECKSUM',
    longForm({ ...three, table: (t) => bytes(t.header, t.lengths, t.total, changed(t.digest, 0)) }),
  ],
  [
    'tail-other-lengths',
    'UST_CORRUPT',
    longForm({ ...three, table: (t) => bytes(t.header, changed(t.lengths, -1), t.total, t.digest) }),
  ],
  [
    'tail-other-total',
    'UST_CORRUPT',
    longForm({ ...three, table: (t) => bytes(t.header, t.lengths, changed(t.total, 0), t.digest) }),
  ],
  ['footer-length', 'UST_CORRUPT', changed(good, -8)],
  [
    'name-with-slash',
    'UST_CORRUPT',
    shortForm(stored(abc), abc, { flags: 0x14, name: counted(text('a/b')) }),
  ],
  [
    'name-not-utf8',
    'UST_CORRUPT',
    shortForm(stored(abc), abc, { flags: 0x14, name: counted(Uint8Array.of(0xff)) }),
  ],
  ['name-limit', 'UST_LIMIT', shortForm(stored(abc), abc, { flags: 0x14, name: varint(2000) })],
  ['varint-not-shortest', 'UST_CORRUPT', shortForm(bytes(0, 0x83, 0, abc), abc)],
  ['segment-empty', 'UST_CORRUPT', shortForm(bytes(0x80, 0, 0, 3, abc), abc)],
  ['segment-beyond-block', 'UST_CORRUPT', longForm({ blocks: [[stored(noise(65)), noise(65)]] })],
  ['payload-not-shorter', 'UST_CORRUPT', longForm({ blocks: [[bytes(0x41, 64, noise(64)), noise(64)]] })],
  ['length-not-needed', 'UST_CORRUPT', longForm({ blocks: [[stored(noise(64)), noise(64)]] })],
  ['tag-bit-unknown', 'UST_CORRUPT', shortForm(bytes(0x10, 3, abc), abc)],
  [
    'method-of-another-level',
    'UST_CORRUPT',
    shortForm(bytes(4, 100, new Uint8Array(8), noise(20)), noise(100)),
  ],
  ['zstd-bomb', 'UST_CORRUPT', shortForm(bytes(1, varint(1000), bomb), noise(1000))],
  ['runs-beyond-segment', 'UST_CORRUPT', shortForm(bytes(5, 40, 0, 0, 9, 0), new Uint8Array(40))],
  ['limit-block-bytes', 'UST_LIMIT', longForm({ blockBytes: 2 ** 27 })],
  ['limit-lanes', 'UST_LIMIT', longForm({ lanes: 5000 })],
  ['limit-memory', 'UST_LIMIT', longForm({ memory: 5000 })],
  ['limit-table', 'UST_LIMIT', longForm({ tableBytes: 2 ** 40 })],
  ['lanes-not-the-levels', 'UST_CORRUPT', longForm({ lanes: 4 })],
  ['path-outside', 'UST_PATH', many('../x')],
  ['path-outside-inside', 'UST_PATH', many('a/../../x')],
  ['path-absolute', 'UST_PATH', many('/etc/passwd')],
  ['path-drive', 'UST_PATH', many('C:/x')],
  ['path-backslash', 'UST_PATH', many('a\\..\\x')],
  ['path-twice', 'UST_PATH', many('a', 'b', 'a')],
  ['path-in-file', 'UST_PATH', many('a', 'a/b')],
  ['many-with-name', 'UST_CORRUPT', longForm({ flags: 0x16, files: emptyFiles('a') })],
  ['many-without-table', 'UST_CORRUPT', longForm({ flags: 0x12 })],
  [
    'files-beyond-contents',
    'UST_CORRUPT',
    longForm({ flags: 0x12, files: bytes(1, 0, counted(text('a')), varint(2 ** 48), unsigned(0, 4)) }),
  ],
];

const unsupported: typeof bad = [
  ['version-0', 'UST_VERSION', shortForm(stored(abc), abc, { version: 0 })],
  ['version-2', 'UST_VERSION', shortForm(stored(abc), abc, { version: 2 })],
  ['level-0', 'UST_CORRUPT', shortForm(stored(abc), abc, { flags: 0 })],
  ['level-10', 'UST_CORRUPT', shortForm(stored(abc), abc, { flags: 0xa0 })],
  ['form-3', 'UST_CORRUPT', shortForm(stored(abc), abc, { flags: 0x13 })],
  ['method-7', 'UST_CORRUPT', shortForm(bytes(7, 3, abc), abc)],
  [
    'model-unknown',
    'UST_MODEL_UNKNOWN',
    shortForm(bytes(2, varint(prose.length), new Uint8Array(8), noise(99)), prose),
  ],
];

export const refused: readonly Refused[] = [
  ...bad.map(([name, error, archive]) => ({ folder: 'bad', name, error, archive }) as const),
  ...unsupported.map(([name, error, archive]) => ({ folder: 'unsupported', name, error, archive }) as const),
];
