/** What can be done to a list: fetch it, give it content, delete it. */
import { IconRefresh } from '@tabler/icons-react'
import type { List } from '@weir/shared/contract/lists'
import { useState } from 'react'
import { messageOf } from '../../lib/api-error.ts'
import { formatCount, formatPercent, plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/drawer.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useDeleteList, useRefreshList, useRestoreList, useUploadContent } from './change-lists.ts'
import { listLevel } from './list-words.ts'
import styles from './lists.module.css'

export function ListActions({ list, onClose }: { readonly list: List; readonly onClose: () => void }) {
  const [isAsking, setIsAsking] = useState(false)
  const [sent, setSent] = useState<number | null>(null)
  const refresh = useRefreshList()
  const upload = useUploadContent()
  const remove = useDeleteList()
  const restore = useRestoreList()
  const toast = useToast()
  const fail = (error: unknown) => toast({ message: `${list.name}: ${messageOf(error)}`, isError: true })
  const told = (result: { changed: boolean; added: number; removed: number; heldVersion: unknown }) =>
    toast({
      message: result.heldVersion
        ? `${list.name}: what came waits for your word`
        : result.changed
          ? `${list.name}: ${formatCount(result.added)} added, ${formatCount(result.removed)} removed`
          : `${list.name}: nothing new`,
    })
  const isBusy = listLevel(list) === 'busy'
  return (
    <div className={styles.buttons}>
      {list.source === 'url' && (
        <Button
          icon={<IconRefresh size={15} />}
          isBusy={refresh.isPending || isBusy}
          onClick={() => refresh.mutate(list.id, { onSuccess: told, onError: fail })}
        >
          Fetch now
        </Button>
      )}
      <FileButton
        label={sent === null ? 'Upload content' : sent < 1 ? `Sending ${formatPercent(sent)}` : 'Reading and compiling'}
        onFile={(file) =>
          upload.mutate(
            { id: list.id, file, onProgress: setSent },
            { onSuccess: told, onError: fail, onSettled: () => setSent(null) },
          )
        }
      />
      <Button variant="danger" onClick={() => setIsAsking(true)}>
        Delete
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Delete the list ${list.name}?`}
        confirmLabel="Delete the list"
        isBusy={remove.isPending}
        onConfirm={() =>
          // A promise, not callbacks of `mutate`: they go with this component once the list is gone from the table.
          void remove.mutateAsync(list).then(() => {
            onClose()
            toast({ message: `${list.name} deleted`, undo: () => restore.mutateAsync(list.id) })
          }, fail)
        }
      >
        Its {plural(list.entries, 'entry', 'entries')} stop acting at once. You can undo it for ten seconds here, and
        over the API for a day.
      </ConfirmDialog>
    </div>
  )
}
