/** For whom and when a list holds: saved at once, like its switches. */
import { useQuery } from '@tanstack/react-query'
import type { List } from '@weir/shared/contract/lists'
import { groupsQuery } from '../../lib/api/groups.ts'
import { schedulesQuery } from '../../lib/api/schedules.ts'
import { messageOf } from '../../lib/api-error.ts'
import { TermFields } from '../../ui/term-fields.tsx'
import { useToast } from '../../ui/toast.tsx'
import { usePatchList } from './change-lists.ts'

export function ListTerms({ list }: { readonly list: List }) {
  const groups = useQuery(groupsQuery).data?.items ?? []
  const schedules = useQuery(schedulesQuery).data?.items ?? []
  const patch = usePatchList()
  const toast = useToast()
  return (
    <TermFields
      value={list}
      groups={groups}
      schedules={schedules}
      onChange={(terms) =>
        patch.mutate(
          { list, patch: terms },
          {
            onSuccess: () => toast({ message: `${list.name} saved` }),
            onError: (error) => toast({ message: `Not saved: ${messageOf(error)}`, isError: true }),
          },
        )
      }
    />
  )
}
