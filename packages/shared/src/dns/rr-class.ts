/**
 * Classes of records and questions (RFC 1035 §3.2.4).
 *
 * Source: IANA "DNS CLASSes", https://www.iana.org/assignments/dns-parameters (registry of 2025-12).
 */

export const RrClass = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const
export type RrClass = (typeof RrClass)[keyof typeof RrClass]
