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

/** Behind the heading, which has the kind already: `Netflix: off`, not `service Netflix: off`; an undo is marked as one. */
export function changeSummary({ entity, summary }: { readonly entity: string; readonly summary: string }): string {
  const made = withoutUndo(summary)
  const kind = [`${entity} `, `${entity}: `, 'safe search of '].find((start) => made.startsWith(start))
  return kind === undefined ? made : made.slice(kind.length)
}

const withoutUndo = (summary: string): string => summary.replace(/^(undo of change \d+: )+/, '')

/** `Rule deleted`, `Settings changed` */
export function changeHeading({ entity, operation }: Pick<Change, 'entity' | 'operation'>): string {
  if (entity === 'log') return 'Log cleared'
  return `${entity[0]!.toUpperCase()}${entity.slice(1).replace('-', ' ')} ${OPERATION_WORDS[operation]}`
}
