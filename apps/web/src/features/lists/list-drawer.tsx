/** One list: how it stands, what can be done, its versions and the lines that were not understood. */
import { IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { RECENT_HIT_DAYS } from '@weir/shared/contract/hits'
import type { List } from '@weir/shared/contract/lists'
import { useState } from 'react'
import { listsQuery } from '../../lib/api/lists.ts'
import { messageOf } from '../../lib/api-error.ts'
import { formatCount, formatOctets, formatPercent, plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog, Drawer } from '../../ui/drawer.tsx'
import { Facts } from '../../ui/facts.tsx'
import { SelectInput, TextInput } from '../../ui/field.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { RejectedTable } from '../../ui/rejected-table.tsx'
import { EmptyState, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { useToast } from '../../ui/toast.tsx'
import { Switch } from '../../ui/toggle.tsx'
import { useDeleteList, usePatchList, useRefreshList, useRestoreList, useUploadContent } from './change-lists.ts'
import { rejectedQuery } from './get-lists.ts'
import { HeldVersion } from './held-version.tsx'
import { ListAnswer } from './list-answer.tsx'
import { listLevel, REFRESH_OPTIONS, stateText } from './list-words.ts'
import styles from './lists.module.css'
import { type ComparedVersions, VersionDiff } from './version-diff.tsx'
import { VersionList } from './version-list.tsx'

interface ListDrawerProps {
  readonly id: number | undefined
  /** Two of its versions. */
  readonly compared: ComparedVersions | undefined
  /** undefined: no longer. */
  readonly onCompare: (compared: ComparedVersions | undefined) => void
  readonly onClose: () => void
}

export function ListDrawer({ id, compared, onCompare, onClose }: ListDrawerProps) {
  const lists = useQuery(listsQuery)
  const list = lists.data?.items.find((candidate) => candidate.id === id)
  return (
    // Escape reaches the dialog above and the drawer: it closes the one above alone.
    <Drawer
      isOpen={id !== undefined}
      onClose={compared ? () => onCompare(undefined) : onClose}
      title={list?.name ?? 'List'}
      isWide
    >
      {list ? (
        <>
          <ListDetail key={list.id} list={list} onCompare={onCompare} onClose={onClose} />
          {compared && (
            <VersionDiff list={list} compared={compared} onCompare={onCompare} onClose={() => onCompare(undefined)} />
          )}
        </>
      ) : lists.isPending ? (
        <Skeleton rows={8} />
      ) : (
        <EmptyState title="This list is gone" />
      )}
    </Drawer>
  )
}

type ListDetailProps = Pick<ListDrawerProps, 'onCompare' | 'onClose'> & { readonly list: List }

function ListDetail({ list, onCompare, onClose }: ListDetailProps) {
  const rejected = useQuery(rejectedQuery(list.id))
  const version = list.activeVersion
  return (
    <div className={styles.form}>
      <div>
        <p className={styles.stateText} data-level={listLevel(list)}>
          {stateText(list)}
        </p>
        {list.lastError !== null && <p className={styles.failure}>{list.lastError}</p>}
      </div>
      {list.heldVersion && (
        <HeldVersion
          list={list}
          version={list.heldVersion}
          onCompare={() => onCompare({ from: undefined, to: list.heldVersion!.id })}
        />
      )}
      <ListActions list={list} onClose={onClose} />
      <Facts
        facts={[
          ['Entries', formatCount(list.entries)],
          [
            'Duplicates, not for DNS',
            version ? `${formatCount(version.duplicates)}, ${formatCount(version.ignored)}` : '–',
          ],
          [
            'Size, stored',
            version ? `${formatOctets(version.sizeOctets)}, ${formatOctets(version.storedOctets)}` : '–',
          ],
          [
            `Decided today, in ${RECENT_HIT_DAYS} days`,
            list.hits ? `${formatCount(list.hits.today)}, ${formatCount(list.hits.recent)}` : 'the log cannot be read',
          ],
          ['Format', version?.format ?? list.format],
          ['Last fetch', <TimeAgo key="last" at={list.lastFetchAt} />],
          ['Next fetch', list.nextFetchAt === null ? 'only by hand' : <TimeAgo key="next" at={list.nextFetchAt} />],
          [
            'Its queries',
            <Link key="queries" to="/queries" search={{ list: list.id }}>
              show in the log
            </Link>,
          ],
        ]}
      />
      <ListForm list={list} />
      {list.kind === 'block' && <ListAnswer list={list} />}
      <VersionList list={list} onCompare={onCompare} />
      {(rejected.data?.items.length ?? 0) > 0 && (
        <div>
          <h3 className={styles.heading}>{plural(rejected.data!.total, 'line')} not understood</h3>
          <RejectedTable lines={rejected.data!.items} total={rejected.data!.total} />
        </div>
      )}
    </div>
  )
}

function ListActions({ list, onClose }: { readonly list: List; readonly onClose: () => void }) {
  const [isAsking, setIsAsking] = useState(false)
  const [sent, setSent] = useState<number | null>(null)
  const refresh = useRefreshList()
  const upload = useUploadContent()
  const remove = useDeleteList()
  const restore = useRestoreList()
  const toast = useToast()
  const fail = (error: unknown) => toast({ message: messageOf(error), isError: true })
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
          void remove.mutateAsync(list.id).then(() => {
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

function ListForm({ list }: { readonly list: List }) {
  const [name, setName] = useState(list.name)
  const patch = usePatchList()
  const toast = useToast()
  const save = (change: Parameters<typeof patch.mutate>[0]['patch']) =>
    patch.mutate(
      { id: list.id, patch: change },
      {
        onSuccess: () => toast({ message: `${list.name} saved` }),
        onError: (error) => toast({ message: `Not saved: ${messageOf(error)}`, isError: true }),
      },
    )
  return (
    <>
      <Switch
        label="On"
        help={list.enabled ? 'Its entries act.' : 'Its entries do not act; it stays as it is.'}
        checked={list.enabled}
        onChange={(enabled) => save({ enabled })}
      />
      <Switch
        label="Pinned to its version"
        help={list.pinned ? 'No updates, until this is off again.' : 'It follows its updates.'}
        checked={list.pinned}
        onChange={(pinned) => save({ pinned })}
      />
      <div className={styles.pair}>
        <TextInput
          label="Name"
          value={name}
          onChange={setName}
          maxLength={100}
          onBlur={() => name.trim() !== '' && name !== list.name && save({ name: name.trim() })}
        />
        {list.source === 'url' && (
          <SelectInput
            label="Fetch"
            value={String(list.refreshIntervalSeconds)}
            onChange={(value) => save({ refreshIntervalSeconds: Number(value) as 0 })}
            options={
              REFRESH_OPTIONS.some(([value]) => value === String(list.refreshIntervalSeconds))
                ? REFRESH_OPTIONS
                : [[String(list.refreshIntervalSeconds), `every ${list.refreshIntervalSeconds} s`], ...REFRESH_OPTIONS]
            }
          />
        )}
      </div>
    </>
  )
}
