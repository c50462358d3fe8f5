/**
 * The wire format of Protocol Buffers, as far as ONNX files need it: a cursor over tagged fields. Never reads past its slice.
 * Format: protobuf.dev/programming-guides/encoding.
 */
import { InvalidModelError } from '../errors.ts';

/** One field of a message; `bytes` for length-delimited, `number` for varint and fixed32 (as raw bits). */
export interface Field {
  readonly number: number;
  readonly varint: bigint;
  readonly bytes: Uint8Array;
  readonly wireType: 0 | 1 | 2 | 5;
}

const nothing = new Uint8Array();

/** Walks the fields of one message. @throws InvalidModelError where the bytes are no message */
export function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const broken = (): InvalidModelError =>
    new InvalidModelError({ problem: 'it is not an ONNX file, or it is damaged' });
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw broken();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw broken();
  };
  const take = (count: number): Uint8Array => {
    if (count > message.length - at) throw broken();
    at += count;
    return message.subarray(at - count, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (number < 1) throw broken();
    if (wireType === 0) yield { number, wireType, varint: varint(), bytes: nothing };
    else if (wireType === 1) yield { number, wireType, varint: 0n, bytes: take(8) };
    else if (wireType === 2) yield { number, wireType, varint: 0n, bytes: take(Number(varint())) };
    else if (wireType === 5) yield { number, wireType, varint: 0n, bytes: take(4) };
    else throw broken();
  }
}

/** Text of a length-delimited field. */
export function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** All values of a repeated int64 field in packed or unpacked form; signed. */
export function int64s(field: Field): number[] {
  if (field.wireType === 0) return [Number(BigInt.asIntN(64, field.varint))];
  const values: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of field.bytes) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte < 0x80) {
      values.push(Number(BigInt.asIntN(64, value)));
      value = 0n;
      shift = 0n;
    }
  }
  return values;
}
