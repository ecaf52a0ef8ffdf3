/** Rules from the API: pages, one, previews. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { ListedRule, RulePage } from '@weir/shared/contract/listed-rules'
import type { RulePreview } from '@weir/shared/contract/rule-requests'
import type { RuleInput } from '@weir/shared/contract/rules'
import type { z } from 'zod'
import { http } from '../../lib/http.ts'
import type { RuleFilter } from './rule-filter.ts'

const PAGE_ROWS = 200
export const DEFAULT_SORT = '-id'

export const rulesQuery = ({ search, action, enabled, sort = DEFAULT_SORT }: RuleFilter) =>
  infiniteQueryOptions({
    queryKey: ['rules', { search, action, enabled, sort }],
    queryFn: ({ pageParam, signal }) =>
      http.get<z.infer<typeof RulePage>>(
        '/rules',
        { search, action, enabled, sort, limit: PAGE_ROWS, cursor: pageParam },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    // While one types, the rows of the text before stay in sight.
    placeholderData: (before) => before,
  })

export const ruleQuery = (id: number) =>
  queryOptions({
    queryKey: ['rule', id],
    queryFn: ({ signal }) => http.get<ListedRule>(`/rules/${id}`, undefined, signal),
    enabled: id > 0,
    staleTime: 0,
    // The editor starts from what it is given first: a copy kept from before the last edit would be saved over it.
    gcTime: 0,
  })

export const previewQuery = (rule: RuleInput | null) =>
  queryOptions({
    queryKey: ['rule-preview', rule],
    queryFn: ({ signal }) => http.post<z.infer<typeof RulePreview>>('/rules/preview', rule, { signal }),
    enabled: rule !== null,
    retry: false,
    staleTime: 60_000,
  })
