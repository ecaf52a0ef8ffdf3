/** Octets of any length to a file: Node refuses to write more than 2 GiB at once, and a disk that fills up may take less than it is given. */
import { writeSync } from 'node:fs'

/** Of one call. */
const PIECE_OCTETS = 1 << 30

/** @throws when the disk is full */
export function writeWhole(file: number, octets: Uint8Array): void {
  for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at, Math.min(PIECE_OCTETS, octets.length - at))
}
