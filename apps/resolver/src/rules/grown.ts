/** A column that had too few places: the larger one, with what the old one holds at its start. */
export function grown<T extends Uint8Array | Int32Array | Uint32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}
