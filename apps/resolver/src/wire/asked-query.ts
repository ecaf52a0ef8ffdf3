import type { QueryView } from './query-view.ts'

/** What a response is written for; a QueryContext is one. */
export interface AskedQuery {
  readonly view: QueryView
  /** The query as received: the question is echoed from it. Not `out`. */
  readonly message: Uint8Array
  readonly out: Uint8Array
  /** At least 512, at most `out.length`. */
  readonly maxResponseOctets: number
  /** The response goes encrypted, and the query asks for padding. */
  readonly wantsPadding: boolean
  /** Client's and server's cookie, RESPONSE_COOKIE_OCTETS; null: the query had none. */
  readonly cookie: Uint8Array | null
  /** Idle time of the connection, for who asks for it; -1: nobody does. */
  readonly keepaliveTenths: number
}
