/** Groups: rules, lists and clients all refer to them. */
import { queryOptions } from '@tanstack/react-query'
import type { GroupCollection } from '@weir/shared/contract/groups'
import type { z } from 'zod'
import { http } from '../http.ts'

export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: ({ signal }) => http.get<z.infer<typeof GroupCollection>>('/groups', undefined, signal),
})
