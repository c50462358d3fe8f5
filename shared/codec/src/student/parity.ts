/**
 * `parity.bin` (docs/MODEL.md §6): bytes, and the logits and last state that every engine must reproduce for them. Layout,
 * little-endian: "UPAR", u32 version, lanes, steps, state width; u8 bytes; int16 logits; int32 state.
 */
import { InvalidModelError } from '../errors.ts';

export interface ParityVectors {
  readonly lanes: number;
  readonly steps: number;
  /** Sum of the widths of all state entries. */
  readonly stateWidth: number;
  /** [steps, lanes]: the byte that each lane codes at each step. */
  readonly bytes: Uint8Array;
  /** [steps, lanes, 256]: logits before that byte. */
  readonly logits: Int16Array;
  /** [lanes, stateWidth] after the last step. */
  readonly state: Int32Array;
}

const headerBytes = 20;
const symbols = 256;

/** @throws InvalidModelError where the file is not complete or of another version */
export function readParity(file: Uint8Array): ParityVectors {
  const invalid = (problem: string): InvalidModelError =>
    new InvalidModelError({ problem: `its parity vectors ${problem}` });
  if (file.length < headerBytes) throw invalid('are cut short');
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  if (view.getUint32(0, true) !== 0x52415055) throw invalid('do not start with UPAR');
  if (view.getUint32(4, true) !== 1)
    throw invalid(`have version ${view.getUint32(4, true)}, this program knows 1`);
  const lanes = view.getUint32(8, true);
  const steps = view.getUint32(12, true);
  const stateWidth = view.getUint32(16, true);
  const logitsAt = headerBytes + steps * lanes;
  const stateAt = logitsAt + steps * lanes * symbols * 2;
  if (lanes < 1 || steps < 1 || file.length !== stateAt + lanes * stateWidth * 4)
    throw invalid('do not have the length they declare');
  const logits = new Int16Array(steps * lanes * symbols);
  for (let i = 0; i < logits.length; i++) logits[i] = view.getInt16(logitsAt + 2 * i, true);
  const state = new Int32Array(lanes * stateWidth);
  for (let i = 0; i < state.length; i++) state[i] = view.getInt32(stateAt + 4 * i, true);
  return {
    lanes,
    steps,
    stateWidth,
    bytes: new Uint8Array(file.subarray(headerBytes, logitsAt)),
    logits,
    state,
  };
}
