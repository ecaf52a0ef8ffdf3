/**
 * RCODEs: what a response says of the whole question.
 *
 * Source: IANA "DNS RCODEs", https://www.iana.org/assignments/dns-parameters (registry of 2025-12); RFC 1035 §4.1.1,
 * RFC 2136, RFC 6891 §6.1.3 (the upper eight bits of numbers above 15 travel in the OPT record).
 */

export const Rcode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  DSOTYPENI: 11,
  BADVERS: 16,
  BADKEY: 17,
  BADTIME: 18,
  BADMODE: 19,
  BADNAME: 20,
  BADALG: 21,
  BADTRUNC: 22,
  BADCOOKIE: 23,
} as const
export type Rcode = (typeof Rcode)[keyof typeof Rcode]

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(Rcode).map(([name, value]) => [value, name]))

/** The mnemonic, or `RCODE123` for a number without one. */
export const formatRcode = (rcode: number): string => NAMES.get(rcode) ?? `RCODE${rcode}`

/** The number of a mnemonic or of `RCODE123`, without case; undefined for anything else. */
export function parseRcode(text: string): number | undefined {
  const upper = text.toUpperCase()
  if (Object.hasOwn(Rcode, upper)) return Rcode[upper as keyof typeof Rcode]
  const generic = /^RCODE(\d{1,4})$/.exec(upper)
  return generic && Number(generic[1]) <= 4095 ? Number(generic[1]) : undefined
}
