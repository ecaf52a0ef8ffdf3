/** Schedules: rules refer to them. */
import { queryOptions } from '@tanstack/react-query'
import type { ScheduleCollection } from '@weir/shared/contract/schedules'
import type { z } from 'zod'
import { http } from '../http.ts'

export const schedulesQuery = queryOptions({
  queryKey: ['schedules'],
  queryFn: ({ signal }) => http.get<z.infer<typeof ScheduleCollection>>('/schedules', undefined, signal),
})
