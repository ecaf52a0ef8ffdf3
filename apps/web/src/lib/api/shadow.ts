/** What a rule, a list or a service that only records would have done so far. */
import { queryOptions } from '@tanstack/react-query'
import type { ShadowReport } from '@weir/shared/contract/shadow'
import { http } from '../http.ts'

/** `all`: whatever only recorded in the last days. */
export type ShadowSubject = 'all' | { readonly rule: number } | { readonly list: number } | { readonly ruleSet: string }

const REFRESH_MS = 10_000
const REFRESH_ALL_MS = 60_000

export const shadowQuery = (subject: ShadowSubject) =>
  queryOptions({
    queryKey: ['shadow', subject],
    queryFn: ({ signal }) =>
      http.get<ShadowReport>('/queries/shadow', subject === 'all' ? undefined : { ...subject }, signal),
    refetchInterval: subject === 'all' ? REFRESH_ALL_MS : REFRESH_MS,
  })
