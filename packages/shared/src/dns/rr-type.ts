/**
 * RR types: mnemonic ↔ number, and the generic form `TYPE123` for those without a mnemonic (RFC 3597 §5).
 *
 * Source: IANA "Resource Record (RR) TYPEs", https://www.iana.org/assignments/dns-parameters (registry of 2025-12).
 */

export const RrType = {
  A: 1,
  NS: 2,
  MD: 3,
  MF: 4,
  CNAME: 5,
  SOA: 6,
  MB: 7,
  MG: 8,
  MR: 9,
  NULL: 10,
  WKS: 11,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  X25: 19,
  ISDN: 20,
  RT: 21,
  NSAP: 22,
  'NSAP-PTR': 23,
  SIG: 24,
  KEY: 25,
  PX: 26,
  GPOS: 27,
  AAAA: 28,
  LOC: 29,
  NXT: 30,
  EID: 31,
  NIMLOC: 32,
  SRV: 33,
  ATMA: 34,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  A6: 38,
  DNAME: 39,
  SINK: 40,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  HIP: 55,
  NINFO: 56,
  RKEY: 57,
  TALINK: 58,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  DSYNC: 66,
  HHIT: 67,
  BRID: 68,
  SPF: 99,
  UINFO: 100,
  UID: 101,
  GID: 102,
  UNSPEC: 103,
  NID: 104,
  L32: 105,
  L64: 106,
  LP: 107,
  EUI48: 108,
  EUI64: 109,
  NXNAME: 128,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  URI: 256,
  CAA: 257,
  AVC: 258,
  DOA: 259,
  AMTRELAY: 260,
  RESINFO: 261,
  WALLET: 262,
  CLA: 263,
  IPN: 264,
  TA: 32768,
  DLV: 32769,
} as const
export type RrType = (typeof RrType)[keyof typeof RrType]

/** First and last of the QTYPEs and meta-types (RFC 6895 §3.1). */
const FIRST_META_TYPE = 128
const LAST_META_TYPE = 255

/**
 * Whether a question may ask for it: not 0 (RFC 6895 §3.1), not OPT (RFC 6891 §6.1.1), and of the meta-types only
 * transfers and ANY: NXNAME (RFC 9824 §3.5), TSIG (RFC 8945) and TKEY (RFC 2930) stand in other sections, MAILA and MAILB
 * are obsolete (RFC 1035 §3.2.3).
 */
export function isAskable(rrType: number): boolean {
  if (rrType >= FIRST_META_TYPE && rrType <= LAST_META_TYPE)
    return rrType === RrType.ANY || rrType === RrType.AXFR || rrType === RrType.IXFR
  return rrType !== 0 && rrType !== RrType.OPT
}

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(RrType).map(([name, value]) => [value, name]))
const NUMBERS: ReadonlyMap<string, number> = new Map(Object.entries(RrType))

/** The number of a mnemonic, of `*` (ANY) or of `TYPE123`, without case; undefined for anything else. */
export function parseRrType(text: string): number | undefined {
  if (text.length > 16) return undefined
  const upper = text.toUpperCase()
  if (upper === '*') return RrType.ANY
  const known = NUMBERS.get(upper)
  if (known !== undefined) return known
  const generic = /^TYPE(\d{1,5})$/.exec(upper)
  return generic && Number(generic[1]) <= 0xffff ? Number(generic[1]) : undefined
}

/** The mnemonic, or `TYPE123` for a number without one. */
export const formatRrType = (rrType: number): string => NAMES.get(rrType) ?? `TYPE${rrType}`
