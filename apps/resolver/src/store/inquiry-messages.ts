import type { PastExplanation, PastQuestion } from './past-explanation.ts'

/** One question for a thread of its own. */
export interface InquiryRequest {
  readonly databasePath: string
  /** log.db; need not be there. */
  readonly logPath: string
  /** The upstreams of a first start, before settings exist. */
  readonly fallbackServers: readonly string[]
  readonly question: PastQuestion
}

export type FromInquiry =
  | { readonly kind: 'done'; readonly explanation: PastExplanation }
  | { readonly kind: 'failed'; readonly detail: string }
