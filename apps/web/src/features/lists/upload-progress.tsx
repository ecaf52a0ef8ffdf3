/** How far a file is that was chosen for a new list: sent, and then what the server makes of it. */
import { useQuery } from '@tanstack/react-query'
import { listsQuery } from '../../lib/api/lists.ts'
import { formatPercent } from '../../lib/format.ts'
import { Progress } from '../../ui/progress.tsx'
import { stateText } from './list-words.ts'

interface UploadProgressProps {
  readonly listId: number
  /** 0…1 */
  readonly sent: number
}

export function UploadProgress({ listId, sent }: UploadProgressProps) {
  const lists = useQuery(listsQuery)
  const list = lists.data?.items.find(({ id }) => id === listId)
  if (sent < 1)
    return (
      <Progress label="Progress of the upload" done={sent} total={1}>
        Sending {formatPercent(sent)}
      </Progress>
    )
  return (
    <Progress label="Progress of the upload" done={list?.progress?.share ?? undefined} total={1}>
      {list?.progress ? stateText(list) : 'Reading'}
    </Progress>
  )
}
