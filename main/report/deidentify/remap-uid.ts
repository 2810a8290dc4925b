import { createHmac } from 'node:crypto';

const UUID_BYTES = 16;
/** RFC 9562: version 8, made in a way of one's own; variant 10. */
const VERSION = { byte: 6, keep: 0x0f, set: 0x80 };
const VARIANT = { byte: 8, keep: 0x3f, set: 0x80 };

/**
 * The UID that stands for another: a UUID made of a keyed hash, as PS3.5 B.2 writes UUIDs, "2.25." and the number in decimal (at most 44
 * of 64 characters). The same key gives the same UID the same replacement; without the key it cannot be traced back.
 */
export function remapUid(key: Buffer, uid: string): string {
  const bytes = createHmac('sha256', key).update(`uid\0${uid}`).digest().subarray(0, UUID_BYTES);
  for (const { byte, keep, set } of [VERSION, VARIANT]) {
    bytes.writeUInt8((bytes.readUInt8(byte) & keep) | set, byte);
  }
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
}
