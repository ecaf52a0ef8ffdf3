/** What a rule or a list that only records would have done so far. */
import { queryOptions } from '@tanstack/react-query'
import type { ShadowReport } from '@weir/shared/contract/shadow'
import { http } from '../http.ts'

export type ShadowSubject = { readonly rule: number } | { readonly list: number }

const REFRESH_MS = 10_000

export const shadowQuery = (subject: ShadowSubject) =>
  queryOptions({
    queryKey: ['shadow', subject],
    queryFn: ({ signal }) => http.get<ShadowReport>('/queries/shadow', { ...subject }, signal),
    refetchInterval: REFRESH_MS,
  })
