/** What is asked of a new list that does not come from the catalogue. */
import { formatOctets } from '../../lib/format.ts'
import { SelectInput, TextArea, TextInput } from '../../ui/field.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { Switch } from '../../ui/toggle.tsx'
import { REFRESH_OPTIONS } from './list-words.ts'
import styles from './lists.module.css'
import type { NewListDraft, Source } from './new-list.ts'

interface FieldsProps {
  readonly list: NewListDraft
  readonly change: (patch: Partial<NewListDraft>) => void
  /** By the name of the field. */
  readonly errors: Readonly<Record<string, string>>
}

interface NewListFieldsProps extends FieldsProps {
  readonly source: Source
  readonly file: File | null
  readonly onFile: (file: File) => void
}

export function NewListFields({ source, file, onFile, ...fields }: NewListFieldsProps) {
  const { list, change, errors } = fields
  return (
    <>
      <TextInput
        label="Name"
        data-autofocus
        value={list.name}
        onChange={(name) => change({ name })}
        maxLength={100}
        error={errors['name']}
      />
      <SelectInput
        label="What it does"
        value={list.kind}
        onChange={(kind) => change({ kind })}
        options={[
          ['block', 'Blocks its names'],
          ['allow', 'Allows its names'],
        ]}
      />
      {source === 'url' && <UrlFields {...fields} />}
      {list.kind === 'block' && (
        <Switch
          label="May answer with records"
          help="For lists of your own: whoever keeps it can send clients to any address."
          checked={list.mayAnswer}
          onChange={(mayAnswer) => change({ mayAnswer })}
        />
      )}
      <Switch
        label="Only record what it would do"
        help="Changes no answer. Its drawer and the log say what it would have done."
        checked={list.shadow}
        onChange={(shadow) => change({ shadow })}
      />
      {source === 'text' && (
        <TextArea
          label="Lines"
          isMono
          rows={14}
          value={list.text}
          onChange={(text) => change({ text })}
          error={errors['text']}
          help="Hosts, names, *.name, adblock, dnsmasq, Unbound or RPZ lines."
        />
      )}
      {source === 'file' && (
        <div className={styles.file}>
          <FileButton label="Choose a file" onFile={onFile} />
          <span>{file ? `${file.name}, ${formatOctets(file.size)}` : 'Plain text, or gzip'}</span>
        </div>
      )}
    </>
  )
}

function UrlFields({ list, change, errors }: FieldsProps) {
  return (
    <>
      <TextInput
        label="URL"
        type="url"
        isMono
        placeholder="https://lists.example.org/hosts.txt"
        value={list.url}
        onChange={(url) => change({ url })}
        error={errors['url']}
      />
      <SelectInput
        label="Fetch"
        value={list.refresh}
        onChange={(refresh) => change({ refresh })}
        options={REFRESH_OPTIONS}
      />
      <Switch
        label="May lie on a private address"
        help="Off keeps a list from reaching into this network."
        checked={list.isPrivate}
        onChange={(isPrivate) => change({ isPrivate })}
      />
    </>
  )
}
