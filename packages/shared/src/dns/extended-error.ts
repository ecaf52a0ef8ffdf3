/**
 * INFO-CODEs of Extended DNS Errors (RFC 8914): why a response is what it is.
 *
 * Source: IANA "Extended DNS Error Codes", https://www.iana.org/assignments/dns-parameters (registry of 2025-12).
 */

export const ExtendedError = {
  OtherError: 0,
  UnsupportedDnskeyAlgorithm: 1,
  UnsupportedDsDigestType: 2,
  StaleAnswer: 3,
  ForgedAnswer: 4,
  DnssecIndeterminate: 5,
  DnssecBogus: 6,
  SignatureExpired: 7,
  SignatureNotYetValid: 8,
  DnskeyMissing: 9,
  RrsigsMissing: 10,
  NoZoneKeyBitSet: 11,
  NsecMissing: 12,
  CachedError: 13,
  NotReady: 14,
  Blocked: 15,
  Censored: 16,
  Filtered: 17,
  Prohibited: 18,
  StaleNxdomainAnswer: 19,
  NotAuthoritative: 20,
  NotSupported: 21,
  NoReachableAuthority: 22,
  NetworkError: 23,
  InvalidData: 24,
  SignatureExpiredBeforeValid: 25,
  TooEarly: 26,
  UnsupportedNsec3IterationsValue: 27,
  UnableToConformToPolicy: 28,
  Synthesized: 29,
  InvalidQueryType: 30,
} as const
export type ExtendedError = (typeof ExtendedError)[keyof typeof ExtendedError]
