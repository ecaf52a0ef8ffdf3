/** Versions of a list, and its lines that were not understood. */
import { queryOptions } from '@tanstack/react-query'
import type { ListVersion, RejectedLines } from '@weir/shared/contract/lists'
import type { z } from 'zod'
import { http } from '../../lib/http.ts'

export type Version = z.infer<typeof ListVersion>

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
