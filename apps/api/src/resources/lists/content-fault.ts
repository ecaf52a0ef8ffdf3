/** Why a list's content could not be taken: a closed set, each with one sentence for the administrator. */
import type { ListFinding } from '@weir/shared/contract/list-guard'

export type ContentFaultCode =
  /** The URL itself may not be fetched: scheme, credentials, redirects. */
  | 'refused-url'
  | 'private-address'
  | 'unreachable'
  | 'bad-certificate'
  | 'timeout'
  | 'http-status'
  | 'cut-short'
  | 'too-large'
  | 'expands-too-much'
  | 'unknown-encoding'
  | 'corrupt-compression'
  /** An HTML page, an archive, UTF-16, a picture. */
  | 'not-a-list'
  /** Read in full, and no line of it can be used. */
  | 'nothing-usable'
  | 'cancelled'
  /** The guard has found something; `findings` says what. */
  | 'held'
  /** A bug, or a thread that was ended. */
  | 'broken'
  | 'disk'

export interface ContentFault {
  readonly code: ContentFaultCode
  /** Continues "the list …" or stands alone; lower case, no final dot. */
  readonly detail: string
  readonly findings?: readonly ListFinding[]
}

/** Carries a fault out of a stream. */
export class ContentError extends Error {
  readonly fault: ContentFault
  constructor(code: ContentFaultCode, detail: string) {
    super(detail)
    this.fault = { code, detail }
  }
}

const UNITS = ['octets', 'kB', 'MB', 'GB', 'TB'] as const

/** `1 GB`, `64 MB`, `1.5 kB`: binary multiples, as the settings count them. */
export function formatOctets(octets: number): string {
  let value = octets
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${Number(value.toFixed(1))} ${UNITS[unit]}`
}
