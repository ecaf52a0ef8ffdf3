/** For whom and when a list holds: saved at once, like its switches. */
import { useQuery } from '@tanstack/react-query'
import type { List } from '@weir/shared/contract/lists'
import { groupsQuery } from '../../lib/api/groups.ts'
import { schedulesQuery } from '../../lib/api/schedules.ts'
import { TermFields } from '../../ui/term-fields.tsx'
import { useSaveList } from './use-save-list.ts'

export function ListTerms({ list }: { readonly list: List }) {
  const groups = useQuery(groupsQuery).data?.items ?? []
  const schedules = useQuery(schedulesQuery).data?.items ?? []
  const { save } = useSaveList()
  return <TermFields value={list} groups={groups} schedules={schedules} onChange={(terms) => save(list, terms)} />
}
