/** What is set of a list: whether it acts, how it is fetched, how it answers, when a new version waits for a review. */
import type { List, ListPatch } from '@weir/shared/contract/lists'
import { SelectInput, TextInput } from '../../ui/field.tsx'
import { Switch } from '../../ui/toggle.tsx'
import { ListAnswer } from './list-answer.tsx'
import { ListGuardFields } from './list-guard.tsx'
import { ListSource } from './list-source.tsx'
import { ListTerms } from './list-terms.tsx'
import { REFRESH_OPTIONS } from './list-words.ts'
import styles from './lists.module.css'
import { useListDraft } from './use-list-draft.ts'
import { useSaveList } from './use-save-list.ts'

export function ListSettings({ list }: { readonly list: List }) {
  return (
    <>
      <ListForm list={list} />
      <ListSource list={list} />
      <ListTerms list={list} />
      {list.kind === 'block' && <ListAnswer list={list} />}
      <ListGuardFields list={list} />
    </>
  )
}

function ListForm({ list }: { readonly list: List }) {
  const name = useListDraft(list, 'name')
  const comment = useListDraft(list, 'comment')
  const saveList = useSaveList()
  const save = (change: ListPatch) => saveList.save(list, change)
  return (
    <>
      <Switch
        label="On"
        help={list.enabled ? 'Its entries act.' : 'Its entries do not act; it stays as it is.'}
        checked={list.enabled}
        onChange={(enabled) => save({ enabled })}
      />
      <Switch
        label="Only record what it would do"
        help={list.shadow ? 'It changes no answer; the log says what it would have done.' : 'It acts.'}
        checked={list.shadow}
        onChange={(shadow) => save({ shadow })}
      />
      <Switch
        label="Pinned to its version"
        help={list.pinned ? 'No updates, until this is off again.' : 'It follows its updates.'}
        checked={list.pinned}
        onChange={(pinned) => save({ pinned })}
      />
      {list.kind === 'block' && (
        <Switch
          label="May answer with records"
          help={mayAnswerHelp(list)}
          checked={list.mayAnswer}
          onChange={(mayAnswer) => save({ mayAnswer })}
        />
      )}
      <div className={styles.pair}>
        <TextInput
          label="Name"
          value={name.value}
          onChange={name.change}
          maxLength={100}
          error={name.errors['name']}
          onBlur={() => (name.isChanged && name.value.trim() !== '' ? name.save() : name.drop())}
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
      <TextInput
        label="Comment"
        value={comment.value}
        onChange={comment.change}
        maxLength={1000}
        error={comment.errors['comment']}
        onBlur={() => comment.isChanged && comment.save()}
      />
    </>
  )
}

/** A subscription is read anew at once; what was pasted or uploaded is not kept as text. */
function mayAnswerHelp({ mayAnswer, source }: List): string {
  if (mayAnswer) return 'Whoever keeps this list can send clients to any address. Off, these answers stop at once.'
  const since = source === 'url' ? 'Read anew when switched on.' : 'Holds for what is uploaded from then on.'
  return `Off, its lines only block or allow: nobody else sends your clients anywhere. ${since}`
}
