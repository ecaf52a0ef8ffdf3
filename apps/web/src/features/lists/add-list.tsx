/** A new list: from the catalogue, by URL, pasted, or from a file. */
import { useState } from 'react'
import { ApiError } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { Catalogue } from './catalogue.tsx'
import { useCreateList } from './change-lists.ts'
import styles from './lists.module.css'
import { draftedList, EMPTY_DRAFT, inputOf, isComplete, type NewListDraft, type Source } from './new-list.ts'
import { NewListFields } from './new-list-fields.tsx'
import { TryList } from './try-list.tsx'
import { UploadProgress } from './upload-progress.tsx'

/** Those that say themselves what is wrong with them; the content of a file has none. */
const FIELDS = ['name', 'url', 'text']

interface AddListProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onAdded: (id: number) => void
}

export function AddList({ isOpen, onClose, onAdded }: AddListProps) {
  const [draft, setDraft] = useState(EMPTY_DRAFT)
  const [source, setSource] = useState<Source>('catalogue')
  const [file, setFile] = useState<File | null>(null)
  const [sent, setSent] = useState<number | null>(null)
  const [uploadedTo, setUploadedTo] = useState<number>()
  const create = useCreateList()
  const toast = useToast()
  const errors = create.error instanceof ApiError ? create.error.fieldErrors : {}
  const change = (patch: Partial<NewListDraft>) => {
    create.reset()
    setDraft({ ...draft, ...patch })
  }
  const isRefused = create.error instanceof ApiError && create.error.code === 'held-for-review'
  const add = (force = false) => {
    create.mutate(
      {
        input: inputOf(source, draft, force),
        file: source === 'file' ? file : null,
        onProgress: setSent,
        onCreated: setUploadedTo,
      },
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
            <Button
              variant="strong"
              onClick={() => add()}
              disabled={!isComplete(source, draft, file)}
              isBusy={create.isPending}
            >
              Add list
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
            <NewListFields source={source} list={draft} change={change} errors={errors} file={file} onFile={setFile} />
            {sent !== null && uploadedTo !== undefined && <UploadProgress listId={uploadedTo} sent={sent} />}
            {create.error && !FIELDS.some((field) => field in errors) && (
              <ErrorState what="The list was not added" error={create.error} />
            )}
            <TryList draft={draftedList(source, draft)} />
          </>
        )}
      </div>
    </Drawer>
  )
}
