/**
 * The payload of method `runs` (docs/FORMAT.md §5.1): a byte that says how the tokens are kept, then the tokens, as they are or as a zstd
 * frame, whichever is shorter. Long fills far apart leave tokens that repeat.
 */
import { CorruptError, LimitError } from '../errors.ts';
import { decodeRuns, encodeRuns, mostRunsPayload } from '../router/index.ts';
import { frameContentSize, type Zstd } from '../zstd.ts';
import { fullZstdLevel } from './choice.ts';
import type { Groundwork } from './groundwork.ts';

const [plain, packed] = [0, 1];

export async function encodeRunsPayload(bytes: Uint8Array, groundwork: Groundwork): Promise<Uint8Array> {
  const tokens = encodeRuns(bytes);
  const frame = await groundwork.zstd(tokens, fullZstdLevel);
  const [kind, rest] = frame.length < tokens.length ? [packed, frame] : [plain, tokens];
  const payload = new Uint8Array(1 + rest.length);
  payload[0] = kind;
  payload.set(rest, 1);
  return payload;
}

/** @throws CorruptError, LimitError */
export async function decodeRunsPayload(
  payload: Uint8Array,
  originalBytes: number,
  zstd: () => Promise<Zstd>,
): Promise<Uint8Array> {
  const corrupt = (problem: string): CorruptError =>
    new CorruptError({ where: 'a runs segment', problem, offset: 0 });
  const rest = payload.subarray(1);
  if (payload[0] === plain) return decodeRuns(rest, originalBytes);
  if (payload[0] !== packed) throw corrupt('its first byte is neither 0 nor 1');
  const tokenBytes = frameContentSize(rest);
  const limit = mostRunsPayload(originalBytes);
  if (tokenBytes < 0) throw corrupt('its frame says no size');
  if (tokenBytes > limit)
    throw new LimitError({ what: 'tokens of runs (bytes) of', value: tokenBytes, limit });
  return decodeRuns((await zstd()).decompress(rest, tokenBytes), originalBytes);
}
