/** Taking changes back through the API: things come back as they were, ids included, or the API says what stands against it. */
import { useQueryClient } from '@tanstack/react-query'
import type { UndoRequest } from '@weir/shared/contract/history'
import type { Undone } from '@weir/shared/contract/system'
import type { z } from 'zod'
import { http } from '../http.ts'

/** Everything that shows configuration. */
const KEYS = [
  'changes',
  'rules',
  'rule',
  'explain',
  'groups',
  'clients',
  'schedules',
  'overrides',
  'settings',
  'users',
  'tokens',
  'lists',
  'services',
  'safe-search',
  'list',
] as const

type UndoneReply = z.infer<typeof Undone>

interface Undo {
  /** All that one act changed; every reply to an act has its revision. */
  readonly revision: (revision: number) => Promise<UndoneReply>
  readonly change: (id: number) => Promise<UndoneReply>
  /** Many at once, as they were previewed. */
  readonly many: (request: UndoRequest, comment: string) => Promise<UndoneReply>
}

export function useUndo(): Undo {
  const client = useQueryClient()
  const post = async (path: string, body: object = {}, comment = '') => {
    const undone = await http.post<UndoneReply>(path, body, { comment })
    for (const key of KEYS) void client.invalidateQueries({ queryKey: [key] })
    return undone
  }
  return {
    revision: (revision) => post(`/revisions/${revision}/undo`),
    change: (id) => post(`/changes/${id}/undo`),
    many: (request, comment) => post('/undo', request, comment),
  }
}
