/** A new list: from the catalogue, by URL, pasted, or from a file. */
import type { ListInput } from '@weir/shared/contract/lists'
import type { DraftChange } from '@weir/shared/contract/simulation'
import { useState } from 'react'
import { ApiError } from '../../lib/api-error.ts'
import { formatOctets, formatPercent } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { SelectInput, TextArea, TextInput } from '../../ui/field.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { Switch } from '../../ui/toggle.tsx'
import { Catalogue } from './catalogue.tsx'
import { useCreateList } from './change-lists.ts'
import { REFRESH_OPTIONS } from './list-words.ts'
import styles from './lists.module.css'
import { TryList } from './try-list.tsx'

type Source = 'catalogue' | 'url' | 'text' | 'file'

interface AddListProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onAdded: (id: number) => void
}

export function AddList({ isOpen, onClose, onAdded }: AddListProps) {
  const [draft, setDraft] = useState({
    name: '',
    kind: 'block' as 'block' | 'allow',
    url: '',
    text: '',
    refresh: '86400',
    isPrivate: false,
    mayAnswer: false,
    shadow: false,
  })
  const [source, setSource] = useState<Source>('catalogue')
  const [file, setFile] = useState<File | null>(null)
  const [sent, setSent] = useState<number | null>(null)
  const create = useCreateList()
  const toast = useToast()
  const errors = create.error instanceof ApiError ? create.error.fieldErrors : {}
  const change = (patch: Partial<typeof draft>) => {
    create.reset()
    setDraft({ ...draft, ...patch })
  }
  const isComplete =
    draft.name.trim() !== '' &&
    (source === 'url' ? draft.url.trim() !== '' : source === 'text' ? draft.text.trim() !== '' : file !== null)
  const isRefused = create.error instanceof ApiError && create.error.code === 'held-for-review'
  const add = (force = false) => {
    const input: ListInput = { name: draft.name.trim(), kind: draft.kind }
    if (draft.kind === 'block' && draft.mayAnswer) input.mayAnswer = true
    if (draft.shadow) input.shadow = true
    if (source === 'url')
      Object.assign(input, {
        url: draft.url.trim(),
        refreshIntervalSeconds: Number(draft.refresh),
        allowPrivateAddresses: draft.isPrivate,
      })
    if (source === 'text') Object.assign(input, { text: draft.text, ...(force && { force }) })
    create.mutate(
      { input, file: source === 'file' ? file : null, onProgress: setSent },
      {
        onSuccess: (list) => {
          toast({
            message: `${list.name} ${list.isHeld ? 'waits for your word' : source === 'url' ? 'is being fetched' : list.shadow ? 'only records' : 'is in effect'}`,
          })
          onAdded(list.id)
        },
        onSettled: () => setSent(null),
      },
    )
  }
  return (
    <Drawer
      isOpen={isOpen}
      onClose={onClose}
      title="Add a list"
      isWide={source === 'catalogue'}
      footer={
        <>
          <Button onClick={onClose}>{source === 'catalogue' ? 'Done' : 'Cancel'}</Button>
          {isRefused && (
            <Button onClick={() => add(true)} isBusy={create.isPending}>
              Add it all the same
            </Button>
          )}
          {source !== 'catalogue' && (
            <Button variant="strong" onClick={() => add()} disabled={!isComplete} isBusy={create.isPending}>
              {sent === null ? 'Add list' : sent < 1 ? `Sending ${formatPercent(sent)}` : 'Reading and compiling'}
            </Button>
          )}
        </>
      }
    >
      <div className={styles.form}>
        <Segmented
          label="Source"
          value={source}
          onChange={setSource}
          options={[
            ['catalogue', 'Catalogue'],
            ['url', 'By URL'],
            ['text', 'Paste'],
            ['file', 'Upload a file'],
          ]}
        />
        {source === 'catalogue' ? (
          <Catalogue />
        ) : (
          <>
            <TextInput
              label="Name"
              data-autofocus
              value={draft.name}
              onChange={(name) => change({ name })}
              maxLength={100}
              error={errors['name']}
            />
            <SelectInput
              label="What it does"
              value={draft.kind}
              onChange={(kind) => change({ kind })}
              options={[
                ['block', 'Blocks its names'],
                ['allow', 'Allows its names'],
              ]}
            />
            {source === 'url' && (
              <>
                <TextInput
                  label="URL"
                  type="url"
                  isMono
                  placeholder="https://lists.example.org/hosts.txt"
                  value={draft.url}
                  onChange={(url) => change({ url })}
                  error={errors['url']}
                />
                <SelectInput
                  label="Fetch"
                  value={draft.refresh}
                  onChange={(refresh) => change({ refresh })}
                  options={REFRESH_OPTIONS}
                />
                <Switch
                  label="May lie on a private address"
                  help="Off keeps a list from reaching into this network."
                  checked={draft.isPrivate}
                  onChange={(isPrivate) => change({ isPrivate })}
                />
              </>
            )}
            {draft.kind === 'block' && (
              <Switch
                label="May answer with records"
                help="For lists of your own: whoever keeps it can send clients to any address."
                checked={draft.mayAnswer}
                onChange={(mayAnswer) => change({ mayAnswer })}
              />
            )}
            <Switch
              label="Only record what it would do"
              help="Changes no answer. Its drawer and the log say what it would have done."
              checked={draft.shadow}
              onChange={(shadow) => change({ shadow })}
            />
            {source === 'text' && (
              <TextArea
                label="Lines"
                isMono
                rows={14}
                value={draft.text}
                onChange={(text) => change({ text })}
                error={errors['text']}
                help="Hosts, names, *.name, adblock, dnsmasq, Unbound or RPZ lines."
              />
            )}
            {source === 'file' && (
              <div className={styles.file}>
                <FileButton label="Choose a file" onFile={setFile} />
                <span>{file ? `${file.name}, ${formatOctets(file.size)}` : 'Plain text, or gzip'}</span>
              </div>
            )}
            {create.error && Object.keys(errors).length === 0 && (
              <ErrorState what="The list was not added" error={create.error} />
            )}
            <TryList draft={draftedList(source, draft)} />
          </>
        )}
      </div>
    </Drawer>
  )
}

/** Null while there is nothing to try, and for files, which are only sent when the list is added. */
function draftedList(
  source: Source,
  { name, kind, url, text }: { name: string; kind: 'block' | 'allow'; url: string; text: string },
): DraftChange | null {
  const list = { kind: 'list', name: name.trim() || 'the new list', listKind: kind } as const
  if (source === 'url') return url.trim() === '' ? null : { ...list, url: url.trim() }
  return source === 'text' && text.trim() !== '' ? { ...list, text } : null
}
