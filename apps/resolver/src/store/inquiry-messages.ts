import type { PastExplanation, PastQuestion } from './past-explanation.ts'

/** One question for a thread of its own. */
/** Where the databases lie, for those who look into them on their own. */
export interface Databases {
  readonly databasePath: string
  /** log.db; need not be there. */
  readonly logPath: string
  /** The upstreams of a first start, before settings exist. */
  readonly fallbackServers: readonly string[]
}

export interface InquiryRequest extends Databases {
  readonly question: PastQuestion
}

export type FromInquiry =
  | { readonly kind: 'done'; readonly explanation: PastExplanation }
  | { readonly kind: 'failed'; readonly detail: string }
