/** What changed, newest first. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import type { Role } from '@weir/shared/contract/auth'
import type { ChangeEntry, ChangePage, ChangeQuery } from '@weir/shared/contract/system'
import type { z } from 'zod'
import { http } from '../http.ts'

export type Change = z.infer<typeof ChangeEntry>

export type ChangeFilter = Partial<Pick<z.infer<typeof ChangeQuery>, 'entity' | 'actor' | 'since' | 'search'>>

export const changesQuery = (filter: ChangeFilter | undefined, limit: number) =>
  infiniteQueryOptions({
    queryKey: ['changes', filter ?? {}, limit],
    queryFn: ({ pageParam, signal }) =>
      http.get<z.infer<typeof ChangePage>>('/changes', { ...filter, limit, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })

/** Who may take a change back: whoever may make such a one. */
export const roleToUndo = ({ entity }: Pick<Change, 'entity'>): Role =>
  entity === 'settings' || entity === 'user' || entity === 'token' ? 'admin' : 'operator'

const OPERATION_WORDS: Record<Change['operation'], string> = {
  create: 'added',
  update: 'changed',
  delete: 'deleted',
  import: 'imported',
}

/** Behind the heading, which has the kind already: `Netflix: off`, not `service Netflix: off` */
export const changeSummary = ({ entity, summary }: Pick<Change, 'entity' | 'summary'>): string =>
  summary.startsWith(`${entity} `) ? summary.slice(entity.length + 1) : summary

/** `Rule deleted`, `Settings changed` */
export function changeHeading({ entity, operation }: Pick<Change, 'entity' | 'operation'>): string {
  if (entity === 'log') return 'Log cleared'
  return `${entity[0]!.toUpperCase()}${entity.slice(1)} ${OPERATION_WORDS[operation]}`
}
