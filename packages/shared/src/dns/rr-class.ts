/**
 * Classes: mnemonic ↔ number, and the generic form `CLASS123` (RFC 3597 §5).
 *
 * Source: IANA "DNS CLASSes", https://www.iana.org/assignments/dns-parameters (registry of 2025-12).
 */

export const RrClass = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const
export type RrClass = (typeof RrClass)[keyof typeof RrClass]

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(RrClass).map(([name, value]) => [value, name]))

/** The number of a mnemonic or of `CLASS123`, without case; undefined for anything else. */
export function parseRrClass(text: string): number | undefined {
  const upper = text.toUpperCase()
  if (Object.hasOwn(RrClass, upper)) return RrClass[upper as keyof typeof RrClass]
  const generic = /^CLASS(\d{1,5})$/.exec(upper)
  return generic && Number(generic[1]) <= 0xffff ? Number(generic[1]) : undefined
}

/** The mnemonic, or `CLASS123` for a number without one. */
export const formatRrClass = (rrClass: number): string => NAMES.get(rrClass) ?? `CLASS${rrClass}`
