/** Versions of a list, and its lines that were not understood. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { CatalogueItem } from '@weir/shared/contract/list-catalogue'
import type { DiffProgress, ListDiff } from '@weir/shared/contract/list-diff'
import type { ListUpdate, ListVersion, RejectedLines } from '@weir/shared/contract/lists'
import type { z } from 'zod'
import { http } from '../../lib/http.ts'

export type Version = z.infer<typeof ListVersion>

export const catalogueQuery = queryOptions({
  queryKey: ['list-catalogue'],
  queryFn: ({ signal }) => http.get<{ items: CatalogueItem[] }>('/lists/catalogue', undefined, signal),
})

export const versionsQuery = (id: number) =>
  queryOptions({
    queryKey: ['list', id, 'versions'],
    queryFn: ({ signal }) => http.get<{ items: Version[] }>(`/lists/${id}/versions`, undefined, signal),
  })

export const rejectedQuery = (id: number) =>
  queryOptions({
    queryKey: ['list', id, 'rejected'],
    queryFn: ({ signal }) => http.get<z.infer<typeof RejectedLines>>(`/lists/${id}/rejected`, undefined, signal),
  })

export const updatesQuery = (id: number) =>
  queryOptions({
    queryKey: ['list', id, 'updates'],
    queryFn: ({ signal }) => http.get<{ items: ListUpdate[] }>(`/lists/${id}/updates`, undefined, signal),
  })

/** @param from undefined: the version in effect */
export const diffQuery = (
  id: number,
  { from, to }: { readonly from: number | undefined; readonly to: number },
  search: string | undefined,
) =>
  queryOptions({
    queryKey: ['list', id, 'diff', { from, to, search }],
    queryFn: ({ signal }) => http.get<ListDiff>(`/lists/${id}/versions/${to}/diff`, { from, search }, signal),
    // While one types, what was found before stays in sight.
    placeholderData: keepPreviousData,
    retry: false,
  })

/** Asked for while the comparison is waited for. */
export const diffProgressQuery = (
  id: number,
  { from, to }: { readonly from: number | undefined; readonly to: number },
  search: string | undefined,
) =>
  queryOptions({
    queryKey: ['list', id, 'diff-progress', { from, to, search }],
    queryFn: ({ signal }) =>
      http.get<DiffProgress>(`/lists/${id}/versions/${to}/diff/progress`, { from, search }, signal),
    gcTime: 0,
    retry: false,
  })
